package dev.bailey.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.app.demo.FaultProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Three nodes that carry traffic at the same time over one PostgreSQL, of which one leads: killed, paused, cut off, restarted. */
@Execution(ExecutionMode.CONCURRENT)
class CrewTest {

    private static final String LONG = "BAILEY_LONG_TESTS";
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration AWAY = Duration.ofSeconds(30);
    private static final int REHEARSALS = 10;
    private static EmbeddedPostgres postgres;

    @TempDir
    Path folder;

    private final List<NodeProcess> nodes = new ArrayList<>();
    private ItemService legacy;
    private ItemService modern;
    private String migration;

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void startServices(TestInfo test) throws IOException {
        legacy = new ItemService();
        modern = new ItemService();
        migration = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        migration = migration.substring(0, Math.min(40, migration.length()));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (NodeProcess node : nodes) {
            node.close();
        }
        legacy.close();
        modern.close();
    }

    @Test
    void whatALeaderThatIsKilledLeavesIsTakenUpAndTheOthersCarryOnMeanwhile() throws Exception {
        startAll(postgres.getPort());
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 100);
            NodeProcess leader = leader();
            leader.kill();
            nodes.remove(leader);
            int before = writers.yes.get();
            await().atMost(Duration.ofSeconds(5)).until(() -> writers.yes.get() > before + 50);
            assertThat(nodes).as("nobody has taken over yet").noneMatch(NodeProcess::leads);
            await().atMost(START).until(() -> nodes.stream().anyMatch(NodeProcess::leads));
            await().atMost(START)
                    .untilAsserted(() -> assertThat(leader().api("GET", "/status", ""))
                            .contains("\"name\":\"" + leader.name + "#1\",\"presence\":\"unheard\",\"leads\":false")
                            .contains("\"presence\":\"alive\",\"leads\":true")
                            .contains("\"presence\":\"alive\",\"leads\":false"));
            int after = writers.yes.get();
            await().atMost(START).until(() -> writers.yes.get() > after + 50);
            assertCounted(writers);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void writeAuthorityOfACohortGoesThereAndBackOverThreeNodesUnderLoad() throws Exception {
        startAll(postgres.getPort());
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
            assertThat(stalls).hasSizeGreaterThanOrEqualTo(2 * REHEARSALS);
            writers.close();
            assertThatBothSidesHaveEverything(writers);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void leadersThatAreKilledInTheMiddleOfAHandoverAndOfARehearsalLoseNothing() throws Exception {
        startAll(postgres.getPort());
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
            writers.close();
            assertThatBothSidesHaveEverything(writers);
            tell(writers, "lost 0, diverged 0");
        }
    }

    private static void rehearseUntilKilled(NodeProcess leader) {
        try {
            while (leader.isAlive()) {
                leader.api("POST", "/slices/items/rehearse", "{\"reason\":\"a test\",\"cohort\":\"50%\"}");
            }
        } catch (IOException killed) {
            // As it is meant to be.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the shared store has a row, which may be there for a moment only. */
    private void awaitRow(String query) throws SQLException {
        String url = postgres.getJdbcUrl("postgres", "postgres") + "&currentSchema=bailey_" + migration;
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

    private static void advance(NodeProcess leader, String where) throws Exception {
        leader.api("POST", "/slices/items/advance", "{\"reason\":\"a test\",\"force\":true," + where + "}");
    }

    private static boolean rehearsed(NodeProcess leader) throws Exception {
        try {
            return leader.api("POST", "/slices/items/rehearse", "{\"reason\":\"a test\",\"cohort\":\"50%\"}")
                    .contains("showed");
        } catch (IOException notYet) {
            throw new AssertionError(notYet.getMessage(), notYet);
        }
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

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aNodeThatIsPausedPastItsTimeIsExpelledAndEndsWhenItWakes() throws Exception {
        startAll(postgres.getPort());
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 100);
            NodeProcess leader = leader();
            NodeProcess paused = follower();
            paused.pause();
            await().atMost(START).until(() -> leader.log().contains(paused.name + "#1 is expelled"));
            paused.resume();
            assertThat(paused.exitCode()).describedAs(paused.log()).isEqualTo(1);
            assertThat(paused.log()).contains("carries no traffic any more");
            assertCounted(writers);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aLeaderThatIsPausedPastItsTimeLeadsNoMoreAndEndsWhenItWakes() throws Exception {
        startAll(postgres.getPort());
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 100);
            NodeProcess paused = leader();
            paused.pause();
            await().atMost(START).until(() -> nodes.stream().anyMatch(node -> node != paused && node.leads()));
            paused.resume();
            assertThat(paused.exitCode()).describedAs(paused.log()).isEqualTo(1);
            assertCounted(writers);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aNodeThatIsCutFromTheStoreWritesNoMoreAndEndsWhenItIsBack() throws Exception {
        try (FaultProxy store = FaultProxy.to(postgres.getPort())) {
            nodes.add(start("a", postgres.getPort()));
            nodes.add(start("b", postgres.getPort()));
            nodes.add(start("c", store.port()));
            advance(leader(), "\"to\":\"DUAL_WRITE\"");
            try (Writers writers = new Writers(nodes, true)) {
                await().atMost(START).until(() -> writers.yes.get() > 100);
                NodeProcess cut = nodes.getLast();
                store.mode(new FaultProxy.Mode.BlackHole());
                await().atMost(START).until(() -> leader().log().contains("c#1 is expelled"));
                int before = writers.yes.get();
                await().atMost(START).until(() -> writers.yes.get() > before + 50);
                store.mode(new FaultProxy.Mode.Pass());
                assertThat(cut.exitCode()).describedAs(cut.log()).isEqualTo(1);
                assertCounted(writers);
            }
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void nodesThatAreAllCutFromTheStoreForHalfAMinuteGoOnAfterwards() throws Exception {
        try (FaultProxy store = FaultProxy.to(postgres.getPort())) {
            startAll(store.port());
            try (Writers writers = new Writers(nodes, true)) {
                await().atMost(START).until(() -> writers.yes.get() > 100);
                store.mode(new FaultProxy.Mode.Refuse());
                Thread.sleep(AWAY.toMillis()); // the fault itself
                store.mode(new FaultProxy.Mode.Pass());
                int before = writers.yes.get();
                await().atMost(START).until(() -> writers.yes.get() > before + 100);
                assertThat(nodes).allMatch(NodeProcess::isAlive);
                assertCounted(writers);
            }
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aDatabaseThatRestartsLosesNothing(@TempDir Path data) throws Exception {
        int port;
        EmbeddedPostgres.Builder own =
                EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
        EmbeddedPostgres first = own.start();
        port = first.getPort();
        startAll(port);
        try (Writers writers = new Writers(nodes, true)) {
            await().atMost(START).until(() -> writers.yes.get() > 100);
            first.close();
            try (EmbeddedPostgres _ = own.setPort(port).start()) {
                int before = writers.yes.get();
                await().atMost(START).until(() -> writers.yes.get() > before + 100);
                assertCounted(writers);
                for (NodeProcess node : nodes) {
                    node.close();
                }
            }
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void allNodesAreRestartedOneAfterTheOther() throws Exception {
        startAll(postgres.getPort());
        try (Writers writers = new Writers(nodes, true)) {
            for (NodeProcess node : List.copyOf(nodes)) {
                int before = writers.yes.get();
                await().atMost(START).until(() -> writers.yes.get() > before + 50);
                node.terminate();
                assertThat(node.exitCode()).describedAs(node.log()).isIn(0, 143);
                NodeProcess again = NodeProcess.start(node.name + "2", folder, file(postgres.getPort()));
                nodes.set(nodes.indexOf(node), again);
                await().atMost(START).until(() -> again.carries() || !again.isAlive());
                writers.replace(node, again);
                await().atMost(START).until(() -> nodes.stream().anyMatch(one -> one.isAlive() && one.leads()));
            }
            assertCounted(writers);
        }
    }

    private void assertCounted(Writers writers) throws Exception {
        int before = writers.yes.get();
        await().atMost(START).until(() -> writers.yes.get() > before + 50);
        writers.close();
        assertThatBothSidesHaveEverything(writers);
        assertThat(doubled(writers)).as("put more often than sent").isEmpty();
        tell(writers, "lost 0, doubled 0, diverged 0");
    }

    /** @param rest what has been made sure of before */
    private void tell(Writers writers, String rest) {
        System.out.printf(
                Locale.ROOT,
                "%s: acknowledged %d, refused %d, without an answer %d; %s%n",
                migration,
                writers.yes.get(),
                writers.refused.get(),
                writers.unknown.get(),
                rest);
    }

    /** What came to the authority, that is legacy all the time, more often than clients sent it. */
    private List<String> doubled(Writers writers) {
        return legacy.puts.entrySet().stream()
                .filter(put -> put.getValue() > writers.sends.getOrDefault(put.getKey(), 0))
                .map(put -> put + ", sent " + writers.sends.get(put.getKey()))
                .toList();
    }

    private void startAll(int port) throws Exception {
        for (String name : List.of("a", "b", "c")) {
            nodes.add(start(name, port));
        }
        leader().api("POST", "/slices/items/advance", "{\"reason\":\"a test\",\"force\":true,\"to\":\"DUAL_WRITE\"}");
    }

    private NodeProcess start(String name, int port) throws Exception {
        NodeProcess node = NodeProcess.start(name, folder, file(port));
        await().atMost(START).until(() -> node.carries() || !node.isAlive());
        assertThat(node.carries()).describedAs(node.log()).isTrue();
        return node;
    }

    private NodeProcess leader() {
        return nodes.stream()
                .filter(node -> node.isAlive() && node.leads())
                .findFirst()
                .orElseThrow();
    }

    private NodeProcess follower() {
        return nodes.stream()
                .filter(node -> node.isAlive() && !node.leads())
                .findFirst()
                .orElseThrow();
    }

    private void assertThatBothSidesHaveEverything(Writers writers) throws Exception {
        await().atMost(START).untilAsserted(() -> assertThat(modern.items).isEqualTo(legacy.items));
        NodeProcess leader = leader();
        await().atMost(START)
                .untilAsserted(() -> assertThat(leader.api("GET", "/status", ""))
                        .contains("\"backlog\":{\"undelivered\":0,\"unknown\":0,\"parked\":0"));
        assertThat(writers.acknowledged).isNotEmpty();
        writers.acknowledged.forEach((id, number) -> {
            int kept =
                    Integer.parseInt(legacy.items.getOrDefault(id, "").replaceAll(".*\"text\":\"([0-9]+)\".*", "$1"));
            assertThat(kept)
                    .describedAs("item %s, acknowledged %s, sent %s", id, number, writers.sent.get(id))
                    .isBetween(number, writers.sent.get(id));
        });
        assertThat(modern.items).isEqualTo(legacy.items);
    }

    private String file(int port) {
        return """
                bailey: 1
                migration: %s
                owner: o
                finishBy: 2099-01-01
                listen: 127.0.0.1:%%PORT%%
                admin: 127.0.0.1:%%ADMIN%%
                store: "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres"
                legacy: { url: "%s" }
                modern: { url: "%s" }
                gateway: { drain: 2s, nodes: all }
                slices:
                  items:
                    entity: path:id
                    routes: [ "GET /items/{id}", "PUT /items/{id}", "DELETE /items/{id}" ]
                    writes: { replicate: replay, idempotency: natural }
                    limits: { timeout: 500ms }
                    data:
                      key: id
                      legacy: { get: "GET /items/{key}", put: "PUT /items/{key}", delete: "DELETE /items/{key}", list: "GET /items?after={cursor}&limit=500" }
                      modern: { get: "GET /items/{key}", put: "PUT /items/{key}", delete: "DELETE /items/{key}", list: "GET /items?after={cursor}&limit=500" }
                """.formatted(migration, port, legacy.url(), modern.url());
    }
}
