package dev.bailey.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Write authority moves there and back over three nodes under load: nothing is lost or doubled, also when the one that leads is killed meanwhile. */
@Execution(ExecutionMode.CONCURRENT)
@EnabledIfEnvironmentVariable(named = CrewFixture.LONG, matches = "true")
class CrewHandoverTest extends CrewFixture {

    private static final int REHEARSALS = 10;

    /** The default of {@code gates: { stall }}, past which a handover is aborted. How long they take is measured by benchmarks. */
    private static final double STALL_BUDGET_MS = 2_000;

    @BeforeEach
    void letServicesHonourKeys() {
        writes = "idempotency: " + ItemService.KEY;
    }

    @Test
    void writeAuthorityOfACohortGoesThereAndBackOverThreeNodesUnderLoad() throws Exception {
        startAll(postgres().getPort());
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 50);
            NodeProcess leader = leader();
            for (String to : List.of("BACKFILL", "RECONCILE", "SHADOW_READ")) {
                advance(leader, "\"to\":\"" + to + "\"");
            }
            advance(leader, "\"to\":\"READ_CUTOVER\"");
            advance(leader, "\"to\":\"READ_CUTOVER\",\"ramp\":\"100%\"");
            for (int i = 0; i < REHEARSALS; i++) {
                await().atMost(START)
                        .untilAsserted(() -> assertThat(rehearsed(leader)).isTrue());
            }
            List<Double> stalls = stalls(leader);
            System.out.printf(
                    Locale.ROOT,
                    "handovers %d, stall p50 %.0f ms, longest %.0f ms, all %s; writes answered %d, refused %d%n",
                    stalls.size(),
                    stalls.get(stalls.size() / 2),
                    stalls.getLast(),
                    stalls.stream().map(Math::round).toList(),
                    writers.yes.get(),
                    writers.refused.get());
            assertThat(stalls)
                    .hasSizeGreaterThanOrEqualTo(2 * REHEARSALS)
                    .allSatisfy(stall -> assertThat(stall).isLessThan(STALL_BUDGET_MS));
            assertKeptOnce(writers);
        }
    }

    @Test
    void leadersThatAreKilledInTheMiddleOfAHandoverAndOfARehearsalLoseNothing() throws Exception {
        startAll(postgres().getPort());
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 50);
            for (String to : List.of("BACKFILL", "RECONCILE", "SHADOW_READ", "READ_CUTOVER")) {
                advance(leader(), "\"to\":\"" + to + "\"");
            }
            advance(leader(), "\"to\":\"READ_CUTOVER\",\"ramp\":\"100%\"");
            for (String moment : List.of(
                    "select 1 from pending where kind = 'PREPARE'",
                    "select 1 from slice_state where phase = 'WRITE_CUTOVER'")) {
                NodeProcess leader = leader();
                Thread rehearsal = Thread.ofVirtual().start(() -> rehearseUntilKilled(leader));
                awaitRow(moment);
                leader.kill();
                rehearsal.join();
                nodes.remove(leader);
                await().atMost(START).until(() -> nodes.stream().anyMatch(NodeProcess::leads));
                awaitRow(
                        "select 1 from slice_state where phase = 'READ_CUTOVER' and not exists (select 1 from pending)");
                int before = writers.yes.get();
                await().atMost(START).until(() -> writers.yes.get() > before + 100);
            }
            assertKeptOnce(writers);
        }
    }

    private void assertKeptOnce(Writers writers) throws Exception {
        writers.close();
        assertThatBothSidesHaveEverything(writers);
        for (ItemService side : List.of(legacy, modern)) {
            assertThat(side.applied).isNotEmpty();
            assertThat(doubled(side.applied, writers))
                    .as("applied by one side more often than sent")
                    .isEmpty();
        }
        tell(writers, "lost 0, doubled 0, diverged 0");
    }

    private static void rehearseUntilKilled(NodeProcess leader) {
        while (leader.isAlive()) {
            try {
                rehearse(leader);
            } catch (IOException refusedOrKilled) {
                System.out.println(refusedOrKilled.getMessage());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Waits until the shared store has a row, which may be there for a moment only. */
    private void awaitRow(String query) throws SQLException {
        String url = postgres().getJdbcUrl("postgres", "postgres") + "&currentSchema=bailey_" + migration;
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(START)
                    .until(() -> {
                        try (ResultSet rows = statement.executeQuery(query)) {
                            return rows.next();
                        }
                    });
        }
    }

    private static boolean rehearsed(NodeProcess leader) throws Exception {
        try {
            return rehearse(leader).contains("showed");
        } catch (IOException notYet) {
            throw new AssertionError(notYet.getMessage(), notYet);
        }
    }

    private static String rehearse(NodeProcess leader) throws IOException, InterruptedException {
        return leader.api("POST", "/slices/items/rehearse", "{\"reason\":\"a test\",\"cohort\":\"50%\"}");
    }

    /** How long writes stood still in each handover that was made, in order of length. */
    private static List<Double> stalls(NodeProcess leader) throws Exception {
        String history = leader.api("GET", "/slices/items/history?limit=200", "");
        return Pattern.compile("\"stallMs\":([0-9]+[.][0-9E]+)") // told as a whole number too
                .matcher(history)
                .results()
                .map(found -> Double.parseDouble(found.group(1)))
                .sorted()
                .toList();
    }
}
