package dev.bailey.benchmarks.writes;

import dev.bailey.benchmarks.machine.Child;
import dev.bailey.benchmarks.machine.CpuTime;
import dev.bailey.benchmarks.machine.Ports;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.AdminApi;
import dev.bailey.benchmarks.service.Items;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A gateway as {@code ./bailey run} starts it, with its embedded journal and one event loop, between two services that keep what is written. */
final class Crossing implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration EQUAL = Duration.ofMinutes(1);

    private final Items legacy = new Items();
    private final Items modern = new Items();
    private final int port = Ports.free();
    private final int admin = Ports.free();
    private final Path data;
    private final Child process;

    private Crossing(Workspace workspace) {
        Path folder = workspace.folder().resolve("gateway");
        Path file = folder.resolve("bailey.yaml");
        data = folder.resolve("data");
        try {
            Files.createDirectories(folder);
            Files.writeString(file, Way.migration(port, admin, legacy.port(), modern.port()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        String given = System.getenv().getOrDefault("BAILEY_JVM_OPTIONS", "");
        process = workspace.proxy(
                "gateway",
                Map.of("BAILEY_BUILD", "never", "BAILEY_JVM_OPTIONS", ("-Dbailey.eventLoops=1 " + given).strip()),
                List.of(
                        workspace.home().resolve("bailey").toString(),
                        "run",
                        file.toString(),
                        "--data",
                        data.toString()));
    }

    /** With its slices in the phases that their ways need. */
    static Crossing start(Workspace workspace) throws InterruptedException {
        Crossing crossing = new Crossing(workspace);
        try {
            Ports.awaitListening(crossing.port, crossing.process, START);
            Ports.awaitListening(crossing.admin, crossing.process, START);
            crossing.advance();
            return crossing;
        } catch (RuntimeException | InterruptedException e) {
            crossing.close();
            throw e;
        }
    }

    private void advance() throws InterruptedException {
        try (AdminApi api = new AdminApi(admin, data)) {
            for (Way way : Way.values()) {
                if (way.replicates()) {
                    api.advance(way.slice, "\"to\":\"DUAL_WRITE\"");
                }
            }
        }
    }

    int port() {
        return port;
    }

    CpuTime cpu() {
        process.mustBeAlive();
        return process.cpu();
    }

    /** Waits until what legacy has is at modern too, a minute at most; how long that took. */
    Duration awaitEqual() throws InterruptedException {
        long before = System.nanoTime();
        while (!isEqual() && System.nanoTime() - before < EQUAL.toNanos()) {
            Thread.sleep(2);
        }
        return Duration.ofNanos(System.nanoTime() - before);
    }

    /** Looks at what is kept only where as many writes came, as that takes its time. */
    private boolean isEqual() {
        return modern.writes() >= legacy.writes() && modern.kept().equals(legacy.kept());
    }

    /** How many writes came to legacy. */
    long written() {
        return legacy.writes();
    }

    /** Holds what was acknowledged against both services, and lets them forget everything. */
    Account settle(List<String> acknowledged, boolean replicates) {
        Account account = Account.of(acknowledged, side(legacy), side(modern), replicates);
        legacy.clear();
        modern.clear();
        return account;
    }

    private static Account.Side side(Items items) {
        return new Account.Side(items.kept(), items.writes());
    }

    @Override
    public void close() {
        process.close();
        legacy.close();
        modern.close();
    }
}
