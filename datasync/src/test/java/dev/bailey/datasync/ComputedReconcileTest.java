package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static dev.bailey.datasync.Shop.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.Divergence;
import dev.bailey.datasync.reconcile.Divergence.Kind;
import dev.bailey.datasync.reconcile.ReconcileResult;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Both sides on PostgreSQL, digests in the databases, and what goes wrong meanwhile. */
class ComputedReconcileTest {

    private static final int ROWS = 60_000;
    private static final Pause SHORT = duration -> Thread.sleep(Math.min(20, duration.toMillis()));

    private String legacy = "";
    private String modern = "";

    @BeforeEach
    void fill() {
        legacy = Postgres.database();
        modern = Postgres.database();
        Shop.sql(legacy, "create table orders (id bigint primary key, total numeric(12,2), note text, at timestamptz)");
        Shop.sql(
                modern,
                "create table purchase (nr integer primary key, cents bigint, remark varchar(80), placed timestamptz)");
        Shop.sql(
                legacy,
                "insert into orders select i * 3, i / 100.0, case when i % 7 > 0 then 'note ' || i end, timestamptz"
                        + " '2026-01-01Z' + i * interval '1.5 s' from generate_series(1, " + ROWS + ") i");
        Shop.sql(
                modern,
                "insert into purchase select i * 3, i, case when i % 7 > 0 then 'note ' || i end, timestamptz"
                        + " '2026-01-01Z' + i * interval '1.5 s' from generate_series(1, " + ROWS + ") i");
    }

    private DataSpec data() {
        return new DataSpec(
                "id",
                Optional.empty(),
                new SqlStore(legacy, "", "", "select id, total, note, at from orders", Map.of(), Optional.empty()),
                new SqlStore(
                        modern,
                        "",
                        "",
                        "select nr as id, cents / 100.0 as total, remark as note, placed as at from purchase",
                        Map.of(),
                        Optional.empty()));
    }

    private List<Divergence> plant() {
        Map<Long, Divergence> planted = new TreeMap<>();
        for (long id = 3_003; id < ROWS * 3L; id += 12_000) {
            Shop.sql(modern, "update purchase set cents = cents + 1 where nr = " + id);
            planted.put(id, new Divergence(ORDERS, key(id), Kind.DIFFERENT, List.of("/total")));
            Shop.sql(modern, "delete from purchase where nr = " + (id + 3));
            planted.put(id + 3, new Divergence(ORDERS, key(id + 3), Kind.MISSING, List.of()));
            Shop.sql(modern, "insert into purchase values (" + (id + 1) + ", 1, '', now())");
            planted.put(id + 1, new Divergence(ORDERS, key(id + 1), Kind.EXTRA, List.of()));
        }
        return List.copyOf(planted.values());
    }

    /** Runs one, and something after each of its checkpoints. */
    private ReconcileResult reconcile(Pause pause, IntConsumer afterSave) throws Exception {
        AtomicInteger saves = new AtomicInteger();
        Plane.Kept kept = new Plane.Kept();
        Progress progress = new Progress() {
            @Override
            public List<String> ids() {
                return kept.ids();
            }

            @Override
            public Optional<String> load(String jobId) {
                return kept.load(jobId);
            }

            @Override
            public void save(String jobId, String json) {
                kept.save(jobId, json);
                afterSave.accept(saves.incrementAndGet());
            }
        };
        try (DataPlane plane = Plane.open(data(), progress, Pending.NONE, pause)) {
            JobRecord job = Plane.ended(plane, plane.startReconcile(ORDERS, false, false));
            assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
            assertThat(job.message()).doesNotContain("streamed");
            return plane.lastReconcile(ORDERS).orElseThrow();
        }
    }

    @Test
    void aKeyThatIsReadTwiceIsNoEquality() throws Exception {
        Shop.sql(modern, "create table again as select * from purchase where nr = 3003");
        DataSpec data = data();
        SqlStore twice = new SqlStore(
                modern,
                "",
                "",
                "select nr as id, cents / 100.0 as total, remark as note, placed as at from (select * from purchase"
                        + " union all select * from again) p",
                Map.of(),
                Optional.empty());
        try (DataPlane plane = Plane.open(
                new DataSpec("id", Optional.empty(), data.legacy(), twice), new Plane.Kept(), Pending.NONE, SHORT)) {
            JobRecord job = Plane.ended(plane, plane.startReconcile(ORDERS, false, false));

            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.message()).contains("key 3003 is read twice");
        }
    }

    @Test
    void findsExactlyWhatWasPlanted() throws Exception {
        ReconcileResult equal = reconcile(SHORT, save -> {});
        assertThat(equal.divergences()).isZero();
        assertThat(equal.rows()).isEqualTo(ROWS);
        assertThat(equal.complete()).isTrue();

        List<Divergence> planted = plant();

        assertThat(reconcile(SHORT, save -> {}).found()).containsExactlyInAnyOrderElementsOf(planted);
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void findsExactlyWhatWasPlantedAlthoughItsConnectionsAreCutAgainAndAgain() throws Exception {
        List<Divergence> planted = plant();
        ReconcileResult result = reconcile(SHORT, save -> {
            for (String side : List.of(legacy, modern)) {
                Shop.sql(
                        side,
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid"
                                + " <> pg_backend_pid()");
            }
        });
        assertThat(result.found()).containsExactlyInAnyOrderElementsOf(planted);
        assertThat(result.complete()).isTrue();
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void waitsForALockThatTimesOut() throws Exception {
        List<Divergence> planted = plant();
        Shop.sql(
                modern,
                "do $$ begin execute format('alter database %I set lock_timeout = ''50ms''', current_database());"
                        + " end $$");
        Connection holder = holding();
        AtomicInteger pauses = new AtomicInteger();
        Pause releasing = duration -> {
            if (pauses.incrementAndGet() == 3) {
                release(holder);
            }
            SHORT.of(duration);
        };
        ReconcileResult result = reconcile(releasing, save -> {});
        assertThat(pauses).hasValueGreaterThanOrEqualTo(3);
        assertThat(result.found()).containsExactlyInAnyOrderElementsOf(planted);
    }

    private Connection holding() {
        try {
            Connection holder = DriverManager.getConnection(modern);
            holder.setAutoCommit(false);
            try (Statement statement = holder.createStatement()) {
                statement.execute("set lock_timeout = 0");
                statement.execute("lock table purchase in access exclusive mode");
            }
            return holder;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void release(Connection holder) {
        try {
            holder.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whatIsDeletedOrChangedOnBothSidesMeanwhileIsNoDivergence() throws Exception {
        List<Divergence> planted = plant();
        ReconcileResult result = reconcile(SHORT, save -> {
            long id = 3L * (ROWS - 1 - save * 100L);
            Shop.sql(legacy, "update orders set note = 'changed " + save + "' where id in (" + id + ", 9)");
            Shop.sql(modern, "update purchase set remark = 'changed " + save + "' where nr in (" + id + ", 9)");
            Shop.sql(legacy, "delete from orders where id = " + (id + 3));
            Shop.sql(modern, "delete from purchase where nr = " + (id + 3));
        });
        assertThat(result.found()).containsExactlyInAnyOrderElementsOf(planted);
        assertThat(result.complete()).isTrue();
    }
}
