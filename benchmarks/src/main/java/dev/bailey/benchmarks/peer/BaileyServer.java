package dev.bailey.benchmarks.peer;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Child;
import dev.bailey.benchmarks.machine.Ports;
import dev.bailey.benchmarks.machine.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Bailey as {@code ./bailey run} starts it, with one event loop on the proxies' core and every slice on its way. */
public final class BaileyServer {

    private static final Duration START = Duration.ofSeconds(60);

    private final Workspace workspace;
    private final Origin origin;

    public BaileyServer(Workspace workspace, Origin origin) {
        this.workspace = workspace;
        this.origin = origin;
    }

    /** How far the slices are brought before the measurement. */
    public enum Stage {
        /** As the file is: legacy serves everything. */
        FRESH,
        /** Legacy serves, and answers are compared. */
        SHADOW_READ,
        /** Half of the entities are served by modern. */
        HALF_WAY
    }

    /**
     * Starts one and brings its slices to the stage.
     *
     * @param name as reports show it
     * @param checkout where its {@code ./bailey} is
     * @param shadow share of mirrored entities, such as 5%
     */
    public Proxy start(String name, Path checkout, String shadow, Stage stage) throws InterruptedException {
        return start(name, checkout, shadow, stage, "");
    }

    /** @param more whole lines of YAML at the migration file's end */
    public Proxy start(String name, Path checkout, String shadow, Stage stage, String more)
            throws InterruptedException {
        Path folder = workspace.folder().resolve(name);
        int port = Ports.free();
        int admin = Ports.free();
        String text = MigrationText.of(port, admin, origin.legacyPort(), origin.modernPort(), shadow);
        Path file = write(folder, text + more);
        Path data = folder.resolve("data");
        Child process = workspace.proxy(
                name, environment("-Dbailey.eventLoops=1"), command(checkout.toAbsolutePath(), file, data));
        Proxy proxy = new Proxy(name, port, process, true);
        Ports.awaitListening(admin, process, START);
        Ports.awaitListening(port, process, START);
        try (AdminApi api = new AdminApi(admin, data)) {
            for (int slice = 0; slice < MigrationText.SLICES; slice++) {
                bring(api, MigrationText.slice(slice), stage);
            }
        }
        return proxy;
    }

    static Path write(Path folder, String migration) {
        try {
            return Files.writeString(Files.createDirectories(folder).resolve("bailey.yaml"), migration);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Starts one on both cores, waits for its first proxied answer, ends it, and says how long that took. */
    public Duration timeToFirstAnswer(String name, Path checkout) throws InterruptedException {
        Path folder = workspace.folder().resolve(name);
        int port = Ports.free();
        Path file = write(folder, MigrationText.of(port, Ports.free(), origin.legacyPort(), origin.modernPort(), "5%"));
        long start = System.nanoTime();
        try (Child process = Child.start(
                name,
                workspace.bothCores(),
                workspace.folder(),
                environment(""),
                command(checkout, file, folder.resolve("data")))) {
            FirstAnswer.await(port, process, START);
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    private static Map<String, String> environment(String options) {
        String given = System.getenv().getOrDefault("BAILEY_JVM_OPTIONS", "");
        return Map.of("BAILEY_BUILD", "never", "BAILEY_JVM_OPTIONS", (options + " " + given).strip());
    }

    private static List<String> command(Path checkout, Path file, Path data) {
        return List.of(checkout.resolve("bailey").toString(), "run", file.toString(), "--data", data.toString());
    }

    private static void bring(AdminApi api, String slice, Stage stage) throws InterruptedException {
        if (stage == Stage.FRESH) {
            return;
        }
        api.advance(slice, "\"to\":\"SHADOW_READ\"");
        if (stage == Stage.HALF_WAY) {
            String state = api.advance(slice, "\"to\":\"READ_CUTOVER\"");
            if (!state.contains("READ_CUTOVER") || !state.contains("50%")) {
                throw new BenchFailure("slice " + slice + " is not in READ_CUTOVER at 50%: " + state);
            }
        }
    }
}
