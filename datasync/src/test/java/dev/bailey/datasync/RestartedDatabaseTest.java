package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.reconcile.Divergence;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.phase.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server of its own that is killed while a part of it is read or written, and started again on what it left. */
class RestartedDatabaseTest {

    private static final boolean LONG = "true".equals(System.getenv("BAILEY_LONG_TESTS"));

    private static final int ROWS = 8_000;

    /** Rows a second: slow enough to be found at work. */
    private static final int SLOWLY = 2_000;

    /** What a job waits before it tries again for the first time. */
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);

    /** MariaDB renews what it shows of its transactions when nobody has looked for 100 ms. */
    private static final Duration SHOWN_ANEW = Duration.ofMillis(120);

    private static final Map<Server, Mortal> SERVERS = new EnumMap<>(Server.class);

    @TempDir
    private static Path folder;

    private final AtomicInteger triedAgain = new AtomicInteger();

    @AfterAll
    static void stop() throws Exception {
        for (Mortal server : SERVERS.values()) {
            server.close();
        }
    }

    private static Mortal mortal(Server server) throws Exception {
        if (!SERVERS.containsKey(server)) {
            SERVERS.put(server, Mortal.of(server, Files.createDirectory(folder.resolve(server.name()))));
        }
        return SERVERS.get(server);
    }

    private static Flat flat(Server server, Side dies) throws Exception {
        String mortal = mortal(server).database();
        String other = server.database(folder);
        return dies == Side.LEGACY ? Flat.of(mortal, other, ROWS) : Flat.of(other, mortal, ROWS);
    }

    private DataPlane open(Flat flat) {
        return Plane.open(flat.data(), new Plane.Kept(), Pending.NONE, duration -> {
            if (duration.equals(FIRST_WAIT)) {
                triedAgain.incrementAndGet();
            }
            Thread.sleep(duration.toMillis());
        });
    }

    @ParameterizedTest
    @CsvSource({"POSTGRESQL, LEGACY", "POSTGRESQL, MODERN", "MARIADB, LEGACY", "MARIADB, MODERN"})
    void aServerThatDiesWithinAPartIsWaitedForAndBothStoresAreEqual(Server server, Side dies) throws Exception {
        assumeTrue(server == Server.MARIADB || dies == Side.MODERN || LONG, "the long tests");
        Flat flat = flat(server, dies);
        try (DataPlane plane = open(flat)) {
            Started backfill =
                    dies == Side.LEGACY ? diesWhileRead(flat, server, plane) : diesWhileWritten(flat, server, plane);
            await().atMost(Mortal.PATIENCE)
                    .until(() -> plane.job(Plane.id(backfill))
                            .orElseThrow()
                            .message()
                            .startsWith("trying again: slice orders, " + dies.label() + ": "));
            mortal(server).startAgain();
            plane.limitRate(Plane.id(backfill), 0);
            assertThat(done(plane, backfill)).isEqualTo(ROWS);
        }
        assertThat(flat.modern()).isEqualTo(flat.legacy());
    }

    private static Started diesWhileRead(Flat flat, Server server, DataPlane plane) throws Exception {
        Started backfill = plane.startBackfill(ORDERS);
        plane.limitRate(Plane.id(backfill), SLOWLY);
        await().pollInterval(Duration.ofMillis(10))
                .until(() -> Shop.number(flat.modernUrl(), "select count(*) from purchase") > 0);
        return killedWhileWaitedFor(
                mortal(server), flat.legacyUrl(), mortal(server).holding("orders"), () -> backfill);
    }

    private static Started diesWhileWritten(Flat flat, Server server, DataPlane plane) throws Exception {
        return killedWhileWaitedFor(
                mortal(server),
                flat.modernUrl(),
                "insert into purchase values (" + (ROWS - 900) + ", 'nobody', 0, null)",
                () -> plane.startBackfill(ORDERS));
    }

    @ParameterizedTest
    @CsvSource({"POSTGRESQL, LEGACY", "POSTGRESQL, MODERN", "MARIADB, LEGACY", "MARIADB, MODERN"})
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aServerThatDiesWithinAReconcileIsWaitedForAndWhatDiffersIsRepaired(Server server, Side dies) throws Exception {
        Flat flat = flat(server, dies);
        try (DataPlane plane = open(flat)) {
            done(plane, plane.startBackfill(ORDERS));
            Shop.sql(flat.modernUrl(), "update purchase set remark = 'by hand' where order_id = " + (ROWS - 10));
            Started reconcile = killedWhileWaitedFor(
                    mortal(server),
                    dies == Side.LEGACY ? flat.legacyUrl() : flat.modernUrl(),
                    mortal(server).holding(dies == Side.LEGACY ? "orders" : "purchase"),
                    () -> plane.startReconcile(ORDERS, true, false));
            await().atMost(Mortal.PATIENCE).until(() -> triedAgain.get() > 0);
            mortal(server).startAgain();
            assertThat(done(plane, reconcile)).isEqualTo(ROWS);
            assertThat(plane.lastReconcile(ORDERS).orElseThrow().found())
                    .containsExactly(
                            new Divergence(ORDERS, Shop.key(ROWS - 10), Divergence.Kind.DIFFERENT, List.of("/note")));
        }
        assertThat(flat.modern()).isEqualTo(flat.legacy());
    }

    /** Kills the server when a job waits for what is held there. */
    private static Started killedWhileWaitedFor(Mortal server, String url, String hold, Supplier<Started> job)
            throws Exception {
        try (Connection other = DriverManager.getConnection(url);
                Statement holding = other.createStatement()) {
            other.setAutoCommit(false);
            holding.execute(hold);
            Started started = job.get();
            await().pollInterval(SHOWN_ANEW).until(() -> server.waiting() > 0);
            server.kill();
            return started;
        }
    }

    private static long done(DataPlane plane, Started started) {
        JobRecord job = Plane.ended(plane, started);
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
        return job.done();
    }
}
