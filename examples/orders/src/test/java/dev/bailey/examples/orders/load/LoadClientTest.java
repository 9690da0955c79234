package dev.bailey.examples.orders.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.examples.orders.batch.NightlyBatch;
import dev.bailey.examples.orders.legacy.LegacyContract;
import dev.bailey.examples.orders.legacy.LegacyTables;
import dev.bailey.examples.orders.load.AuditScope.Authority;
import dev.bailey.examples.orders.load.Operation.Told;
import dev.bailey.examples.orders.service.Database;
import dev.bailey.examples.orders.service.Defects;
import dev.bailey.examples.orders.service.OrdersServer;
import dev.bailey.examples.orders.service.SampleOrders;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients against legacy itself, without a gateway: what they tell must hold, and planted faults must show. */
class LoadClientTest {

    private static final int ORDERS = 300;
    private static final Duration SOON = Duration.ofSeconds(10);

    private final LegacyTables tables = new LegacyTables();
    private String jdbc;
    private OrdersServer server;
    private LoadClient load;

    @SuppressWarnings("NullAway.Init")
    LoadClientTest() {}

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        jdbc = "jdbc:sqlite:" + folder.resolve("legacy.db");
        server = serve(0);
        load = LoadClient.start(settings(), System::nanoTime);
    }

    private OrdersServer serve(int port) throws Exception {
        Database database = Database.open(jdbc, tables);
        SampleOrders.seed(database, tables, ORDERS, 1);
        return OrdersServer.start(port, new LegacyContract(), tables, database, Clock.systemUTC());
    }

    private LoadSettings settings() {
        return LoadSettings.usual(URI.create("http://127.0.0.1:" + server.port()), 8, 1_500, 9, ORDERS);
    }

    @AfterEach
    void stop() {
        load.close();
        server.close();
    }

    @Test
    void everythingToldIsTrueAndNothingFails() throws Exception {
        awaitWrites(200);
        load.pause(SOON);

        AuditResult result = audit();

        assertThat(result.findings()).isEmpty();
        assertThat(result.acknowledged()).isGreaterThanOrEqualTo(200);
        assertThat(load.counts().clientErrors()).isZero();
        assertThat(load.counts().errors()).isEmpty();
        assertThat(load.counts().staleReads()).isEmpty();
        assertThat(load.counts().reads()).isPositive();
        assertThat(load.history()).extracting(Operation::kind).contains(Operation.Kind.values());
    }

    @Test
    void clientsOutliveAServiceThatGoesAwayAndLosesAnswers() throws Exception {
        awaitWrites(50);
        int port = server.port();
        server.close();
        awaitFailedAttempts(5);
        server = serve(port);
        server.defects(new Defects(false, 0, 0, 30, false));
        long before = load.counts().acknowledged();
        await().atMost(SOON).until(() -> load.counts().acknowledged() > before + 100);
        server.defects(Defects.NONE);
        load.pause(SOON);

        assertThat(audit().findings()).isEmpty();
        assertThat(load.counts().clientErrors()).isZero();
        assertThat(load.counts().recovered()).isPositive();
        assertThat(load.counts().failedAttempts()).containsKey("cut");
        assertThat(load.history()).anyMatch(operation -> operation.attempts() > 1);
    }

    @Test
    void whoIsNotAnsweredByOneGatewayGoesToTheNext() throws Exception {
        load.close();
        int dead;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = nobody.getLocalPort();
        }
        load = LoadClient.start(
                new LoadSettings(
                        List.of(
                                URI.create("http://127.0.0.1:" + dead),
                                URI.create("http://127.0.0.1:" + server.port())),
                        8,
                        1_500,
                        10,
                        ORDERS,
                        40,
                        10,
                        0,
                        0,
                        SOON,
                        SOON,
                        true),
                System::nanoTime);
        awaitWrites(100);
        load.pause(SOON);

        assertThat(load.counts().clientErrors()).isZero();
        assertThat(load.counts().failedAttempts()).containsOnlyKeys("cut");
        assertThat(load.counts().failedAttemptsInAll())
                .as("once by each client that begins there")
                .isLessThanOrEqualTo(8);
        assertThat(audit().findings()).isEmpty();
    }

    @Test
    void faultsPlantedIntoTheStoreAreFound() throws Exception {
        awaitWrites(100);
        load.pause(SOON);
        Operation kept = load.history().stream()
                .filter(operation -> operation.isAcknowledged() && operation.wanted() != null)
                .filter(operation -> showsLast(operation))
                .findFirst()
                .orElseThrow();
        sql("delete from orders where id = " + kept.entity());
        sql("update applied set times = 2 where ref = (select ref from applied order by ref limit 1)");

        AuditResult result = audit();

        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.doubled()).isEqualTo(1);
    }

    @Test
    void errorsWithoutAnExplanationAreClientErrors() throws Exception {
        awaitWrites(20);
        try (LoadClient.Explanation _ = load.explaining()) {
            server.defects(new Defects(false, 0, 100, 0, false));
            await().atMost(SOON).until(() -> load.counts().explainedErrors() > 20);
            server.defects(Defects.NONE);
            assertThat(load.pause(SOON)).isTrue();
        }
        assertThat(load.counts().clientErrors()).isZero();
        load.resume();

        server.defects(new Defects(false, 0, 100, 0, false));
        await().atMost(SOON).until(() -> load.counts().clientErrors() > 20);
        server.defects(Defects.NONE);
        load.pause(SOON);

        assertThat(load.counts().errors()).isNotEmpty();
        assertThat(load.history()).anyMatch(operation -> operation.told() instanceof Told.Unknown);
        assertThat(audit().findings()).isEmpty();
    }

    @Test
    void nightlyJobBesideTheClientsIsToldFromLoss() throws Exception {
        awaitWrites(100);
        NightlyBatch.Touched touched;
        try (Database database = Database.open(jdbc, tables)) {
            touched = NightlyBatch.run(database, tables, 100, 7);
        }
        long ended = System.nanoTime();
        awaitWrites((int) load.counts().writes() + 50);
        load.pause(SOON);
        StoreContents contents = OrderStoreReader.legacy(jdbc);

        AuditResult result = HistoryAudit.audit(
                load.history(),
                contents,
                contents,
                AuditScope.of(Authority.LEGACY).withBatch(new HashSet<>(touched.touched()), ended));

        assertThat(touched.touched()).hasSizeGreaterThan(80).doesNotHaveDuplicates();
        assertThat(touched.changed() + touched.inserted() + touched.deleted())
                .isEqualTo(touched.touched().size());
        assertThat(result.findings()).isEmpty();
        assertThat(audit().lost()).as("without knowing of the job").isPositive();
    }

    @Test
    void rateIsKept() {
        load.rate(200);
        long start = System.nanoTime();
        long before = load.counts().reads() + load.counts().writes();
        await().atMost(SOON).until(() -> load.counts().reads() + load.counts().writes() >= before + 200);
        double seconds = (System.nanoTime() - start) / 1e9;

        assertThat(seconds).as("200 requests at 200/s").isGreaterThan(0.8);
    }

    private boolean showsLast(Operation operation) {
        List<Operation> history = load.history();
        return history.stream()
                .filter(other -> other.entity() == operation.entity())
                .noneMatch(other -> other.turn() > operation.turn());
    }

    private AuditResult audit() throws SQLException {
        StoreContents contents = OrderStoreReader.legacy(jdbc);
        return HistoryAudit.audit(load.history(), contents, contents, AuditScope.of(Authority.LEGACY));
    }

    private void awaitWrites(int writes) {
        await().atMost(SOON).until(() -> load.counts().writes() >= writes);
    }

    private void awaitFailedAttempts(int attempts) {
        await().atMost(SOON).until(() -> load.counts().failedAttemptsInAll() >= attempts);
    }

    private void sql(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbc);
                var execution = connection.createStatement()) {
            assertThat(execution.executeUpdate(statement)).isEqualTo(1);
        }
    }
}
