package dev.bailey.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes, each a process, copy one backfill between two PostgreSQL databases under live writes; they are killed and stopped meanwhile. */
class BackfillCrewTest {

    private static final String LONG = "BAILEY_LONG_TESTS";
    private static final Duration START = Duration.ofMinutes(2);
    private static final int WRITERS = 4;
    private static EmbeddedPostgres postgres;

    @TempDir
    Path folder;

    /** Those that are meant to work. */
    private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();

    private final List<NodeProcess> started = new ArrayList<>();
    private final List<TableService> services = new ArrayList<>();
    private String migration = "";
    private int rows;
    private int ratePerSecond;

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        postgres.close();
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (NodeProcess node : started) {
            node.close();
        }
        services.forEach(TableService::close);
    }

    private TableService legacy() {
        return services.getFirst();
    }

    private TableService modern() {
        return services.getLast();
    }

    @Test
    void twoNodesCopyPartsOfOneBackfillUnderLiveWrites() throws Exception {
        start("two", 30_000, 2, "a", "b");
        try (Clients clients = new Clients(30_000)) {
            beginBackfill();
            String job = ended();
            assertThat(job).contains("; parts by other nodes: ");
            clients.assertEqualAndKept();
            tell(job, clients);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aNodeThatIsKilledInTheMiddleOfAPartIsMadeUpFor() throws Exception {
        start("killed", 200_000, 8, "a", "b", "c");
        try (Clients clients = new Clients(200_000)) {
            NodeProcess gone = nodes.get(1);
            beginBackfill();
            awaitRow("select 1 from backfill_part where state = 'HELD' and claim > 12 and owner = '" + gone.name
                    + "#1'");
            gone.kill();
            nodes.remove(gone);
            String job = ended();
            assertThat(job).contains("b#1 ", "c#1 ");
            clients.assertEqualAndKept();
            tell(job, clients);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void aNodeThatStandsStillPastItsTimeWritesNothingWhenItWakes() throws Exception {
        start("still", 200_000, 8, "a", "b", "c");
        try (Clients clients = new Clients(200_000)) {
            NodeProcess still = nodes.get(1);
            beginBackfill();
            awaitRow("select 1 from backfill_part where state = 'HELD' and owner = '" + still.name + "#1'");
            still.pause();
            nodes.remove(still);
            String job = ended();
            clients.assertEqualAndKept();
            still.resume();
            assertThat(still.exitCode()).describedAs(still.log()).isEqualTo(1);
            clients.assertEqualAndKept();
            tell(job, clients);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = LONG, matches = "true")
    void whoLeadsIsKilledAndAnotherGoesOn() throws Exception {
        start("lead", 200_000, 8, "a", "b", "c");
        try (Clients clients = new Clients(200_000)) {
            NodeProcess gone = nodes.getFirst();
            beginBackfill();
            awaitRow("select 1 from backfill_part where state = 'HELD'");
            gone.kill();
            nodes.remove(gone);
            await().atMost(START).until(() -> nodes.stream().anyMatch(NodeProcess::leads));
            String job = ended();
            clients.assertEqualAndKept();
            tell(job, clients);
        }
    }

    private void tell(String job, Clients clients) {
        System.out.println(migration + ": " + job + "; writes answered with yes during it: " + clients.yes);
    }

    /** @param seconds that the backfill takes at least */
    private void start(String name, int items, int seconds, String... names) throws Exception {
        rows = items;
        migration = name;
        ratePerSecond = rows / seconds;
        services.add(new TableService(database("legacy_" + name), rows));
        services.add(new TableService(database("modern_" + name), 0));
        begin(names[0]);
        await().atMost(START)
                .until(() -> nodes.getFirst().leads() || !nodes.getFirst().isAlive());
        for (int i = 1; i < names.length; i++) {
            begin(names[i]);
        }
        await().atMost(START).until(() -> nodes.stream().allMatch(node -> node.carries() || !node.isAlive()));
        assertThat(nodes).allMatch(NodeProcess::carries);
        advance("DUAL_WRITE");
    }

    private void begin(String name) throws IOException {
        NodeProcess node = NodeProcess.start(name, folder, file());
        started.add(node);
        nodes.add(node);
    }

    private static String database(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.getJdbcUrl("postgres", "postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return postgres.getJdbcUrl("postgres", name);
    }

    private NodeProcess leader() {
        return nodes.stream()
                .filter(node -> node.isAlive() && node.leads())
                .findFirst()
                .orElseThrow();
    }

    private void advance(String to) throws Exception {
        leader().api("POST", "/slices/items/advance", "{\"reason\":\"a test\",\"force\":true,\"to\":\"" + to + "\"}");
    }

    private void beginBackfill() throws Exception {
        advance("BACKFILL");
    }

    /** What the job says when it has ended well. */
    private String ended() {
        String said = await().atMost(START)
                .ignoreExceptions()
                .until(
                        () -> leader().api("GET", "/jobs", ""),
                        jobs -> jobs.contains("\"state\":") && !jobs.contains("\"state\":\"running\""));
        assertThat(said).contains("\"state\":\"done\"");
        Matcher message = Pattern.compile("\"message\":\"([^\"]*)\"").matcher(said);
        assertThat(message.find()).isTrue();
        assertThat(message.group(1)).as("each counted once").contains(" of " + rows + ";");
        return message.group(1);
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

    /** Clients that write items of their own among all of them, at whichever node answers, with growing numbers. */
    private final class Clients implements AutoCloseable {
        final AtomicInteger yes = new AtomicInteger();
        private final Map<Long, Integer> acknowledged = new ConcurrentHashMap<>();
        private final Map<Long, Integer> sent = new ConcurrentHashMap<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads;

        Clients(int items) {
            threads = IntStream.range(0, WRITERS)
                    .mapToObj(client -> Thread.ofVirtual().start(() -> write(client, items)))
                    .toList();
            await().atMost(START).until(() -> yes.get() > 50);
        }

        private void write(int client, int items) {
            Random random = new Random(4711 + client);
            try {
                for (int number = 1; !over.get(); number++) {
                    long id = 1 + client + (long) WRITERS * random.nextInt(items / WRITERS);
                    sent.put(id, number);
                    String body = "{\"id\":\"" + id + "\",\"text\":\"" + number + "\"}";
                    NodeProcess node = nodes.get(number % nodes.size());
                    if (node.client("PUT", "/items/" + id, body) == 200) {
                        acknowledged.put(id, number);
                        yes.incrementAndGet();
                    }
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        /** Everything that was acknowledged is at legacy, nothing is there that was not sent, and modern is equal. */
        void assertEqualAndKept() throws Exception {
            close();
            SortedMap<Long, Integer> kept = legacy().items();
            acknowledged.forEach((id, number) ->
                    assertThat(kept.get(id)).describedAs("item %s", id).isBetween(number, sent.get(id)));
            kept.forEach((id, number) -> assertThat(number).isLessThanOrEqualTo(sent.getOrDefault(id, 0)));
            await().atMost(START)
                    .untilAsserted(() -> assertThat(modern().items().equals(legacy().items()))
                            .isTrue());
            await().atMost(START)
                    .untilAsserted(() -> assertThat(leader().api("GET", "/status", ""))
                            .contains("\"backlog\":{\"undelivered\":0,\"unknown\":0,\"parked\":0"));
            assertThat(modern().items().equals(legacy().items())).isTrue();
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private String file() {
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
                    routes: [ "GET /items/{id}", "PUT /items/{id}" ]
                    writes: { replicate: replay, idempotency: natural }
                    limits: { timeout: 500ms }
                    data:
                      key: id
                      legacy: { jdbc: "%s", read: "select id, text from item" }
                      modern: { jdbc: "%s", read: "select id, text from item", write: { table: item, columns: { id: id, text: text } } }
                      backfill: { chunk: 100ms, rate: %d/s }
                """.formatted(
                        migration,
                        postgres.getPort(),
                        legacy().url(),
                        modern().url(),
                        legacy().jdbc(),
                        modern().jdbc(),
                        ratePerSecond);
    }
}
