package dev.bailey.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulationTest {

    private static final int SEEDS = 1_000;
    private static final int NODES = 3;
    private static final int CREWS = 120;
    private static final int JOURNALS = 120;
    private static final int OPENED = 40;
    private static final boolean LONG = "true".equals(System.getenv("BAILEY_LONG_TESTS"));

    /** The descriptors of this process, where the system shows them. */
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    @Test
    void nothingIsBrokenInAThousandWorlds() throws Exception {
        List<String> broken = new ArrayList<>();

        Counts counts = Seeds.run(1, 1, SEEDS, 2, result -> tell(1, result, broken));

        assertThat(broken).isEmpty();
        assertThat(counts.acknowledged).as("writes acknowledged").isGreaterThan(10L * SEEDS);
        assertThat(counts.lives).as("lives of the gateway").isGreaterThan(2L * SEEDS);
        assertThat(counts.replayed).as("requests given the first answer again").isGreaterThan(SEEDS);
        assertThat(counts.committed).as("handovers committed").isGreaterThan(SEEDS / 10);
        assertThat(counts.aborted).as("handovers aborted").isPositive();
    }

    @Test
    void nothingIsBrokenAmongThreeNodes() throws Exception {
        List<String> broken = new ArrayList<>();

        Counts counts = Seeds.run(NODES, 1, CREWS, 2, result -> tell(NODES, result, broken));

        assertThat(broken).isEmpty();
        assertThat(counts.acknowledged).as("writes acknowledged").isGreaterThan(10L * CREWS);
        assertThat(counts.leads).as("times that a node took the lead").isGreaterThan(CREWS + CREWS / 3);
        assertThat(counts.pauses).as("nodes that stood still").isPositive();
        assertThat(counts.cuts).as("ways to the store that were cut").isPositive();
        assertThat(counts.committed).as("handovers committed").isGreaterThan(CREWS / 4);
        assertThat(counts.aborted).as("handovers aborted").isPositive();
    }

    @Test
    void nothingIsBrokenOfAJournalOverABadDisk() throws Exception {
        List<String> broken = new ArrayList<>();

        Counts counts = Seeds.run(Seeds.JOURNAL, 1, JOURNALS, 2, result -> tell(Seeds.JOURNAL, result, broken));

        assertThat(broken).isEmpty();
        assertThat(counts.acknowledged).as("writes acknowledged").isGreaterThan(10L * JOURNALS);
        assertThat(counts.lives).as("lives of the process").isGreaterThan(4L * JOURNALS);
    }

    /** The first is told with its end. */
    private static void tell(int nodes, Simulation.Result result, List<String> broken) {
        result.violation().ifPresent(what -> {
            broken.add("seed " + result.seed() + ": " + what);
            if (broken.size() == 1) {
                broken.addAll(SeedsReport.end(nodes, result));
            }
        });
    }

    /** Most of their processes die, many of them while they open the journal. */
    @Test
    void worldsLeaveNoFileOpen() throws Exception {
        assumeTrue(Files.isDirectory(OPEN_FILES));
        try (Worker worker = new Worker()) {
            worker.run(Seeds.JOURNAL, 1);
            long before = openFiles(worker.folder());
            for (long seed = 2; seed <= OPENED; seed++) {
                worker.run(Seeds.JOURNAL, seed);
            }
            assertThat(openFiles(worker.folder()))
                    .as("open files of the worlds")
                    .isEqualTo(before);
        }
    }

    private static long openFiles(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(OPEN_FILES)) {
            return all.filter(file -> target(file).startsWith(folder.toString()))
                    .count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /** What it found among several nodes. */
    @ParameterizedTest(name = "seed {0}: {1}")
    @CsvSource({
        "645, a write overtook the create that another node had made at the other side and was lost",
        "775, an abort that the store did not take kept writes held at the other nodes for ever",
        "1, a create that was parked as soon as it was seen had no key at the other nodes",
        "12613, a handover whose beginning the store took without an answer kept writes held at the other nodes for ever",
        "2501, a write past the journal and without a lease overtook the create of its entity that had not come to its side",
        "860, a write that came in sight late was put over a later one that had been sent and given up",
        "4275, what a node that died had under way was not in the gap yet when that was replayed and came to one side only"
    })
    void staysMendedAmongThreeNodes(long seed, String what) throws Exception {
        try (Worker worker = new Worker()) {
            assertThat(worker.run(NODES, seed).violation()).as(what).isEmpty();
        }
    }

    /** What the simulator found; each of these fails when what mended it is taken out again. */
    @ParameterizedTest(name = "seed {0}: {1}")
    @CsvSource({
        "52, a handover committed while an unknown create turned into a debt",
        "317, the same on the way back to legacy",
        "3, a write the journal failed to take was refused and then sent by a restart",
        "348, a reconcile removed an acknowledged create that belonged to the other side",
        "368, the same with another key",
        "6, the journal counted what a failed commit had written as not written",
        "4066, and so the way back from a gap was closed",
        "2013, the debt of a write without the journal was paid before the write landed",
        "2845, a kept key gave the answer of a create that a restart took for one of unknown fate",
        "7494, and the reconcile that was owed for it removed what it had created"
    })
    void staysMended(long seed, String what) throws Exception {
        try (Worker worker = new Worker()) {
            assertThat(worker.run(seed).violation()).as(what).isEmpty();
        }
    }

    @Test
    void theSameSeedIsTheSameHistory() throws Exception {
        try (Worker one = new Worker();
                Worker other = new Worker()) {
            for (long seed = 1; seed <= (LONG ? 50 : 3); seed++) {
                for (int nodes : List.of(1, NODES, Seeds.JOURNAL)) {
                    assertThat(other.run(nodes, seed).trace())
                            .as("seed %s of %s nodes", seed, nodes)
                            .isEqualTo(one.run(nodes, seed).trace());
                }
            }
        }
    }

    @Test
    void theTablesInMemoryDoWhatSqliteDoes() throws Exception {
        try (Worker worker = new Worker()) {
            for (long seed = 1; seed <= (LONG ? 60 : 3); seed++) {
                assertThat(worker.runOnSqlite(seed).trace())
                        .as("seed %s on SQLite", seed)
                        .isEqualTo(worker.run(seed).trace());
            }
        }
    }
}
