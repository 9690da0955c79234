package dev.bailey.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SharedStoreTest {

    private static final SliceName ORDERS = new SliceName("orders");
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    @TempDir
    Path folder;

    @Test
    void derivesTheSchemaFromTheMigration() {
        assertThat(SharedStore.schemaOf("Orders & Co-2")).isEqualTo("bailey_orders___co_2");
        assertThat(SharedStore.schemaOf("x".repeat(80))).hasSize(63);
    }

    @Test
    void processesThatStartAtOnceAllComeUp() throws Exception {
        String schema = Postgres.freshSchema();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> start = () -> {
                try (StateDb db = StateDb.open(new SharedStore(Postgres.url(), schema), Fence.none())) {
                    new Progress(db).put("k", "{}");
                    return new Progress(db).get("k").orElseThrow();
                }
            };
            List<Future<String>> all =
                    threads.invokeAll(Stream.generate(() -> start).limit(4).toList());
            for (Future<String> one : all) {
                assertThat(one.get()).isEqualTo("{}");
            }
        }
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThatThrownBy(() -> new SharedStore("jdbc:postgresql:/x?password=hunter2", "s"))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("expected jdbc:postgresql://")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void saysThatTheServerCannotBeReached() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        String url = "jdbc:postgresql://localhost:" + free + "/db?user=ada&password=hunter2";
        assertThatThrownBy(() -> StateDb.open(new SharedStore(url, "s"), Fence.none()))
                .isInstanceOf(StateException.class)
                .hasMessageContainingAll("localhost:" + free + "/db", "cannot be reached", "PostgreSQL 11 or newer")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void saysThatTheLoginOrTheDatabaseIsWrong() throws Exception {
        Postgres.sql("create role locked_out nologin");
        String locked = Postgres.url().replaceAll("user=[^&]*", "user=locked_out") + "&password=hunter2";
        assertThatThrownBy(() -> StateDb.open(new SharedStore(locked, "s"), Fence.none()))
                .isInstanceOf(StateException.class)
                .hasMessageContainingAll("refuses the login of user locked_out", "password= in the address")
                .hasMessageNotContaining("hunter2");
        String missing = Postgres.url().replace("/postgres?", "/nowhere?");
        assertThatThrownBy(() -> StateDb.open(new SharedStore(missing, "s"), Fence.none()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("no such database");
    }

    @Test
    void refusesAServerThatIsTooOld() throws SQLException {
        int version;
        try (Connection connection = DriverManager.getConnection(Postgres.url())) {
            version = connection.getMetaData().getDatabaseMajorVersion();
        }
        SharedStore future = new SharedStore(Postgres.url(), Postgres.freshSchema(), 99);
        assertThatThrownBy(() -> StateDb.open(future, Fence.none()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("is PostgreSQL " + version + " (expected 99 or newer)");
    }

    @Test
    void refusesTablesOfANewerBailey() {
        String schema = Postgres.freshSchema();
        StateDb.open(new SharedStore(Postgres.url(), schema), Fence.none()).close();
        Postgres.sql("insert into " + schema + ".control_schema select 99, '99', 'later', type, 'V99__later.sql', 1,"
                + " installed_by, installed_on, 1, true from " + schema + ".control_schema where version = '1'");
        assertThatThrownBy(() -> StateDb.open(new SharedStore(Postgres.url(), schema), Fence.none()))
                .isInstanceOf(StateException.class)
                .hasMessageContainingAll("newer Bailey", "version 99", schema);
    }

    @Test
    void goesOnWhenItsConnectionsAreEndedBetweenTwoCommands() {
        try (StateDb db = StateDb.open(Postgres.store(), Fence.none())) {
            Progress progress = new Progress(db);
            progress.put("k", "1");
            endAllConnections();
            progress.put("k", "2");
            endAllConnections();
            assertThat(progress.get("k")).contains("2");
        }
    }

    @Test
    void goesOnAfterTheDatabaseWasStartedAgain() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        EmbeddedPostgres server = server(port);
        try (StateDb db = StateDb.open(new SharedStore(server.getJdbcUrl("postgres", "postgres"), "s"), Fence.none())) {
            Progress progress = new Progress(db);
            progress.put("k", "1");
            server.close();
            assertThatThrownBy(() -> progress.put("k", "2"))
                    .isInstanceOf(StateException.class)
                    .isNotInstanceOf(StateException.OutcomeUnknown.class);
            server = server(port);
            assertThat(progress.get("k")).contains("1");
            progress.put("k", "3");
            assertThat(progress.get("k")).contains("3");
        } finally {
            server.close();
        }
    }

    private EmbeddedPostgres server(int port) throws Exception {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve("pg"))
                .setCleanDataDirectory(false)
                .start();
    }

    @Test
    void anInterruptWaitsForTheAnswer() throws Exception {
        try (StateDb db = StateDb.open(Postgres.store(), Fence.none())) {
            Progress progress = new Progress(db);
            Thread thread = Thread.startVirtualThread(() -> {
                Thread.currentThread().interrupt();
                progress.put("k", Boolean.toString(Thread.currentThread().isInterrupted()));
                progress.put("after", Boolean.toString(Thread.currentThread().isInterrupted()));
            });
            assertThat(thread.join(java.time.Duration.ofSeconds(20))).isTrue();
            assertThat(progress.startingWith("")).containsEntry("k", "true").containsEntry("after", "true");
        }
    }

    @Test
    void aReadMustNotWrite() {
        try (StateDb db = StateDb.open(Postgres.store(), Fence.none())) {
            assertThatThrownBy(() -> db.read(connection -> Sql.update(connection, "delete from hold")))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("read-only");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"THE_COMMIT", "THE_ANSWER"})
    void aCommitWithoutAnAnswerIsUnknownUntilItIsReadAgain(LosingProxy.Loss loss) throws Exception {
        int port = Integer.parseInt(Postgres.url().replaceAll(".*:(\\d+)/.*", "$1"));
        // Else the driver sends the text of COMMIT once only, and the proxy could not tell it.
        try (LosingProxy proxy = new LosingProxy(port);
                StateDb db = StateDb.open(
                        new SharedStore(
                                Postgres.url().replace(":" + port + "/", ":" + proxy.port() + "/")
                                        + "&prepareThreshold=0",
                                Postgres.freshSchema()),
                        Fence.none())) {
            SliceRecords records = new SliceRecords(db, state -> {});
            records.load(List.of(ORDERS), NOW);
            SliceState from = records.standing(ORDERS).state();
            Transition step = step(from);
            proxy.next.set(loss);
            if (loss == LosingProxy.Loss.THE_ANSWER) {
                assertThat(records.move(step).orElseThrow().state().phase()).isEqualTo(Phase.DUAL_WRITE);
            } else {
                assertThatThrownBy(() -> records.move(step))
                        .isInstanceOf(StateException.class)
                        .isNotInstanceOf(StateException.OutcomeUnknown.class);
                assertThat(records.standing(ORDERS).state()).isEqualTo(from);
                assertThat(records.move(step)).isPresent();
            }
            assertThat(proxy.next.get()).isEqualTo(LosingProxy.Loss.NOTHING);
            assertThat(records.isUnsure(ORDERS)).isFalse();
            assertThat(new History(db).of(ORDERS, 10)).hasSize(1);
        }
    }

    @Test
    void aChangeOfVerdictWhoseAnswerWasLostIsKeptOnce() throws Exception {
        int port = Integer.parseInt(Postgres.url().replaceAll(".*:(\\d+)/.*", "$1"));
        try (LosingProxy proxy = new LosingProxy(port);
                StateDb db = StateDb.open(
                        new SharedStore(
                                Postgres.url().replace(":" + port + "/", ":" + proxy.port() + "/")
                                        + "&prepareThreshold=0",
                                Postgres.freshSchema()),
                        Fence.none())) {
            GateLog log = new GateLog(db);
            log.keep(ORDERS, Phase.DUAL_WRITE, List.of(healthy(Verdict.FAIL)));
            proxy.next.set(LosingProxy.Loss.THE_ANSWER);
            assertThatThrownBy(() -> log.keep(ORDERS, Phase.DUAL_WRITE, List.of(healthy(Verdict.PASS))))
                    .isInstanceOf(StateException.OutcomeUnknown.class);
            log.keep(ORDERS, Phase.DUAL_WRITE, List.of(healthy(Verdict.PASS)));
            assertThat(log.changes(ORDERS, 10))
                    .extracting(change -> change.reading().verdict())
                    .containsExactly(Verdict.PASS, Verdict.FAIL);
        }
    }

    private static GateReading healthy(Verdict verdict) {
        return new GateReading(GateName.MODERN_HEALTHY, verdict, "", OptionalDouble.empty(), "", 1, NOW, NOW, "");
    }

    private static Transition step(SliceState from) {
        SliceState to = new SliceState(ORDERS, Phase.DUAL_WRITE, from.ramp(), from.cohorts(), new Epoch(1));
        return new Transition(
                0,
                ORDERS,
                NOW,
                "ada",
                "r",
                "advance",
                from,
                to,
                true,
                false,
                Optional.empty(),
                List.of(),
                Map.of(),
                "");
    }

    private static void endAllConnections() {
        Postgres.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bailey'");
    }
}
