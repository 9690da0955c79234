package dev.bailey.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.benchmarks.machine.Child;
import dev.bailey.benchmarks.machine.NativeTools;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.Origin;
import dev.bailey.benchmarks.peer.Peers;
import dev.bailey.benchmarks.peer.Proxy;
import dev.bailey.benchmarks.service.Items;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs in C, compiled and run; skipped where the machine has no compiler or one core only. */
class LoadGeneratorTest {

    @TempDir
    private Path folder = Path.of("");

    private Workspace workspace = new Workspace(Path.of(""), Path.of(""), "0", "1");

    @BeforeEach
    void compile() {
        Assumptions.assumeTrue(isInstalled("gcc") && isInstalled("taskset"), "gcc and taskset are not installed");
        Assumptions.assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core");
        Path home = Path.of("..").toAbsolutePath().normalize();
        assertThat(home.resolve("benchmarks/native/load.c")).exists();
        workspace = new Workspace(home, folder, "0", "1");
    }

    @Test
    void everyRequestThroughTheRelayIsAnswered() throws InterruptedException {
        try (Origin origin = Origin.start(workspace);
                Proxy relay = new Peers(workspace, origin).relay()) {
            LoadResult small = new LoadGenerator(workspace).run(relay.port(), LoadPlan.saturating(16, 0.5));
            LoadResult large =
                    new LoadGenerator(workspace).run(relay.port(), new LoadPlan(16, 0.5, 0, true, java.util.List.of()));

            assertThat(small.ok()).isPositive();
            assertThat(large.ok()).isPositive();
            assertThat(small.failures() + large.failures()).isZero();
        }
    }

    /** Four connections have four requests under way when the stall begins; a tenth of the run is two hundred. */
    @Test
    void stallIsChargedToEveryRequestItHeldUp() throws InterruptedException {
        try (Origin origin = Origin.start(workspace)) {
            Child service = origin.processes().getFirst();
            service.signal("STOP");
            Thread stall = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(1_500);
                    service.signal("CONT");
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
            LoadResult result = new LoadGenerator(workspace).run(origin.legacyPort(), LoadPlan.atRate(500, 4, 4));
            stall.join();

            assertThat(result.get("p90")).isGreaterThan(100_000);
            assertThat(result.ok() + result.late() + result.failures()).isEqualTo(2_000);
        }
    }

    @Test
    void connectionsAreHeldOpenUntilReleased() throws InterruptedException {
        try (Origin origin = Origin.start(workspace);
                HeldConnections held = HeldConnections.open(new LoadGenerator(workspace), origin.legacyPort(), 50)) {
            assertThat(held.count()).isEqualTo(50);
            assertThat(held.release()).isEqualTo(50);
        }
    }

    @Test
    void writesAreOfEntitiesOfTheirOwnAndWhatIsAcknowledgedIsTold() throws IOException {
        Path told = folder.resolve("told");
        try (Items items = new Items()) {
            LoadResult result = new LoadGenerator(workspace)
                    .run(
                            items.port(),
                            LoadPlan.saturating(4, 0.2).with("--put", "/s0/w-", "--acknowledged", told.toString()));

            assertThat(result.ok()).isPositive();
            assertThat(result.failures()).isZero();
            assertThat(items.writes()).isEqualTo(items.kept().size()).isEqualTo(result.ok());
            assertThat(Files.readAllLines(told).stream().map("/s0/w-"::concat))
                    .containsExactlyInAnyOrderElementsOf(items.kept().keySet());
            assertThat(items.kept().get("/s0/w-1")).hasSize(200).matches("\\{\"id\":\"w-1\",\"text\":\"a+\"}");
        }
    }

    @Test
    void programsAreCompiledAgainWhenTheirSourceChanged() throws IOException {
        NativeTools tools = new NativeTools(workspace);
        Path program = Path.of(tools.path("origin"));
        Files.setLastModifiedTime(program, java.nio.file.attribute.FileTime.fromMillis(0));

        tools.path("origin");

        assertThat(Files.getLastModifiedTime(program).toMillis()).isPositive();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
