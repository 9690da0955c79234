package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.BackfillSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The backfill with everything against it: both stores are equal in the end, or it stops and says what to do. */
class BackfillFaultsTest {

    private static final Pause QUICK = duration -> Thread.sleep(Math.min(20, duration.toMillis()));

    @TempDir
    Path folder;

    private static void assertEqual(Flat flat) throws Exception {
        assertThat(flat.modern()).isEqualTo(flat.legacy());
    }

    private static JobRecord done(DataPlane plane) {
        JobRecord job = Plane.ended(plane, plane.startBackfill(ORDERS));
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
        return job;
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "MARIADB"})
    void heavyWritesWhileItRunsLeaveBothStoresEqual(Server server) throws Exception {
        Flat flat = Flat.of(server, 6_000);
        try (FlatWriters writers = new FlatWriters(flat, 7_000);
                DataPlane plane = Plane.open(flat.data(), new Plane.Kept(), writers, Pause.SLEEP)) {
            writers.start(plane, 4711);
            Awaitility.await().until(() -> writers.writes() > 50);
            done(plane);
            long after = writers.writes();
            Awaitility.await().until(() -> writers.writes() > after + 50);
            writers.close();
            assertThat(plane.lastBackfill(ORDERS).orElseThrow().refused()).isZero();
        }
        assertEqual(flat);
    }

    /** It stood still between reading and writing, and another node has taken over since. */
    @Test
    void whoMayNotWriteAnyMoreCarriesNothingOfWhatItHasRead() throws Exception {
        Exclusion lapsed = new Exclusion() {
            @Override
            public <T> T alone(SliceName slice, List<EntityKey> keys, Callable<T> work) throws Exception {
                return work.call();
            }

            @Override
            public boolean mayWrite() {
                return false;
            }
        };
        Flat flat = Flat.postgres(50);
        try (DataPlane plane = Plane.open(flat.data(), lapsed, _ -> Thread.sleep(1))) {
            JobRecord job = Plane.ended(plane, plane.startBackfill(ORDERS));
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.message()).contains("lease");
        }
        assertThat(flat.modern()).isEmpty();
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, lapsed, _ -> Thread.sleep(1))) {
            shop.fillLegacy(5);
            JobRecord job = Plane.ended(plane, plane.startBackfill(ORDERS));
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.message()).contains("lease");
            assertThat(Shop.number(shop.modernUrl, "select count(*) from purchase"))
                    .isZero();
        }
    }

    /** It waited for a lock until its lease was over. */
    @Test
    void whoMayNotWriteAnyMoreWhenItsWaitIsOverWritesNothing() throws Exception {
        AtomicBoolean lasts = new AtomicBoolean(true);
        Exclusion lease = new Exclusion() {
            @Override
            public <T> T alone(SliceName slice, List<EntityKey> keys, Callable<T> work) throws Exception {
                return work.call();
            }

            @Override
            public boolean mayWrite() {
                return lasts.get();
            }
        };
        Flat flat = Flat.postgres(50);
        try (Connection other = DriverManager.getConnection(flat.modernUrl());
                Statement statement = other.createStatement();
                DataPlane plane = Plane.open(flat.data(), lease, _ -> Thread.sleep(1))) {
            other.setAutoCommit(false);
            statement.execute("lock table purchase in share mode");
            Started started = plane.startBackfill(ORDERS);
            Awaitility.await()
                    .until(() -> Shop.number(
                                    flat.modernUrl(),
                                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname ="
                                            + " current_database()")
                            > 0);
            lasts.set(false);
            other.rollback();
            JobRecord job = Plane.ended(plane, started);
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.message()).contains("lease");
        }
        assertThat(flat.modern()).isEmpty();
    }

    /** Whatever was saved last when the process died: what it calls finished is there, and the rest is done. */
    @Test
    void goesOnFromEveryPositionEverSaved() throws Exception {
        Flat flat = Flat.postgres(4_000);
        List<String> positions = new ArrayList<>();
        Plane.Kept recording = new Plane.Kept() {
            @Override
            public void save(String jobId, String json) {
                super.save(jobId, json);
                positions.add(json);
            }
        };
        String id;
        try (DataPlane plane = Plane.open(flat.data(), recording)) {
            id = done(plane).id();
        }
        List<String> running =
                positions.stream().filter(json -> json.contains("\"ledger\"")).toList();
        assertThat(running).hasSizeGreaterThan(6);
        for (int i = 0; i < 6; i++) {
            String json =
                    running.get(i * (running.size() - 1) / 5).replace("\"state\":\"DONE\"", "\"state\":\"RUNNING\"");
            forgetWhatIsNotFinished(flat, JsonMapper.builder().build().readTree(json));
            Plane.Kept kept = new Plane.Kept();
            kept.saved.put(id, json);
            try (DataPlane plane = Plane.open(flat.data(), kept)) {
                assertThat(plane.resumeInterrupted()).containsExactly(id);
                assertThat(Plane.ended(plane, new Started.Running(id, true)).done())
                        .isEqualTo(4_000);
            }
            assertEqual(flat);
        }
    }

    private static void forgetWhatIsNotFinished(Flat flat, JsonNode job) {
        JsonNode ledger = job.path("position").path("ledger");
        String frontier =
                ledger.path("frontier").isString() ? ledger.path("frontier").asString() : "0";
        Shop.sql(flat.modernUrl(), "delete from purchase where order_id > " + frontier);
        for (JsonNode claim : ledger.path("open")) {
            String after = claim.path("after").isString() ? claim.path("after").asString() : "0";
            Shop.sql(
                    flat.modernUrl(),
                    "delete from purchase where order_id > " + after + " and order_id <= "
                            + claim.path("upTo").asString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "MARIADB"})
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void connectionsThatAreKilledAgainAndAgainOnlyCostTime(Server server) throws Exception {
        Flat flat = Flat.of(server, 6_000);
        AtomicInteger kills = new AtomicInteger();
        try (DataPlane plane = Plane.open(flat.data(), new Plane.Kept(), Pending.NONE, Pause.SLEEP)) {
            Started started = plane.startBackfill(ORDERS);
            String id = Plane.id(started);
            Awaitility.await().pollInterval(Duration.ofMillis(40)).until(() -> {
                if (kills.get() < 6) {
                    killConnections(flat);
                    kills.incrementAndGet();
                }
                return plane.job(id).orElseThrow().state() != JobState.RUNNING;
            });
            assertThat(plane.job(id).orElseThrow().state()).isEqualTo(JobState.DONE);
        }
        assertEqual(flat);
    }

    private static void killConnections(Flat flat) throws Exception {
        if (!flat.isMariaDb()) {
            Shop.sql(
                    flat.modernUrl(),
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bailey' and datname in"
                            + " (current_database(), '" + database(flat.legacyUrl()) + "')");
            return;
        }
        for (String url : List.of(flat.legacyUrl(), flat.modernUrl())) {
            for (String id : Engine.rows(
                    url,
                    "select id from information_schema.processlist where db = database() and id <> connection_id()")) {
                try {
                    Shop.sql(url, "kill " + id);
                } catch (IllegalStateException gone) {
                    assertThat(gone).hasRootCauseInstanceOf(SQLException.class);
                }
            }
        }
    }

    static String database(String jdbc) {
        return jdbc.replaceFirst(".*/", "").replaceFirst("[?].*", "");
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "MARIADB"})
    void aCutLineIsWaitedFor(Server server) throws Exception {
        assumeTrue(server == Server.POSTGRESQL || "true".equals(System.getenv("BAILEY_LONG_TESTS")), "takes seconds");
        Flat flat = Flat.of(server, 6_000);
        try (CutLine line = new CutLine(flat.modernUrl());
                DataPlane plane = Plane.open(
                        flat.data(line.through(flat.modernUrl()), flat.data().backfill()),
                        new Plane.Kept(),
                        Pending.NONE,
                        Pause.SLEEP)) {
            Started started = plane.startBackfill(ORDERS);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> plane.job(Plane.id(started)).orElseThrow().done() > 0);
            line.cut();
            Thread.sleep(50);
            line.mend();
            assertThat(Plane.ended(plane, started).state()).isEqualTo(JobState.DONE);
        }
        assertEqual(flat);
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "MARIADB"})
    void aFullDiskStopsItWithTheReasonAndItGoesOnWhenThereIsRoom(Server server) throws Exception {
        Flat flat = Flat.of(server, 3_000);
        fillDisk(flat);
        try (DataPlane plane = Plane.open(flat.data(), new Plane.Kept(), Pending.NONE, QUICK)) {
            JobRecord stopped = Plane.ended(plane, plane.startBackfill(ORDERS));
            assertThat(stopped.state()).isEqualTo(JobState.FAILED);
            assertThat(stopped.message())
                    .contains("modern")
                    .contains("No space left")
                    .contains("goes on where it stood");
            long before = stopped.done();

            Shop.sql(flat.modernUrl(), "drop trigger quota" + (flat.isMariaDb() ? "" : " on purchase"));
            JobRecord job = done(plane);
            assertThat(job.id()).isEqualTo(stopped.id());
            assertThat(job.done()).isEqualTo(3_000).isGreaterThan(before);
        }
        assertEqual(flat);
    }

    /** From order 1,800 on. */
    private static void fillDisk(Flat flat) {
        if (flat.isMariaDb()) {
            Shop.sql(
                    flat.modernUrl(),
                    "create trigger quota before insert on purchase for each row begin if new.order_id > 1800 then signal"
                            + " sqlstate 'HY000' set mysql_errno = 1021, message_text = 'Disk full (No space left on"
                            + " device)'; end if; end");
            return;
        }
        Shop.sql(
                flat.modernUrl(),
                "create function full_disk() returns trigger language plpgsql as $$ begin if new.order_id > 1800 then"
                        + " raise exception 'could not extend file: No space left on device' using errcode = '53100';"
                        + " end if; return new; end $$");
        Shop.sql(
                flat.modernUrl(),
                "create trigger quota before insert on purchase for each row execute function full_disk()");
    }

    @Test
    void aFullSqliteFileStopsItWithTheReason() throws Exception {
        try (Shop shop = Shop.sqlite(folder)) {
            shop.fillLegacy(2_000);
            Shop.sql(shop.modernUrl, "vacuum");
            long pages = Shop.number(shop.modernUrl, "pragma page_count");
            Plane.Kept kept = new Plane.Kept();
            String full = shop.modernUrl + "?max_page_count=" + (pages + 8);
            try (DataPlane plane =
                    Plane.open(Shop.data(shop.legacyUrl, full, Optional.empty()), kept, Pending.NONE, QUICK)) {
                JobRecord stopped = Plane.ended(plane, plane.startBackfill(ORDERS));
                assertThat(stopped.state()).isEqualTo(JobState.FAILED);
                assertThat(stopped.message()).contains("full");
            }
            try (DataPlane plane = Plane.open(shop.data, kept)) {
                assertThat(done(plane).done()).isEqualTo(2_000);
            }
            assertThat(shop.stores.modern().digest(RowHash.LOOKUP3, KeyRange.ALL))
                    .isEqualTo(shop.stores.legacy().digest(RowHash.LOOKUP3, KeyRange.ALL));
        }
    }

    @Test
    void aLockedTableIsWaitedFor() throws Exception {
        Flat flat = Flat.postgres(2_000);
        Shop.sql(flat.modernUrl(), "alter database " + database(flat.modernUrl()) + " set lock_timeout = '50ms'");
        isWaitedFor(flat, "lock table purchase in share mode");
    }

    /** MariaDB gives a row's lock up after ten seconds, as long as a statement of Bailey's may wait for one. */
    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aLockedRowIsWaitedFor() throws Exception {
        isWaitedFor(Flat.of(Server.MARIADB, 2_000), "insert into purchase values (1500, 'nobody', 0, null)");
    }

    private static void isWaitedFor(Flat flat, String lock) throws Exception {
        AtomicInteger waits = new AtomicInteger();
        Pause counting = duration -> {
            if (duration.compareTo(Duration.ofMillis(400)) > 0) {
                waits.incrementAndGet();
            }
            QUICK.of(duration);
        };
        try (Connection other = DriverManager.getConnection(flat.modernUrl());
                Statement statement = other.createStatement();
                DataPlane plane = Plane.open(flat.data(), new Plane.Kept(), Pending.NONE, counting)) {
            other.setAutoCommit(false);
            statement.execute(lock);
            Started started = plane.startBackfill(ORDERS);
            Awaitility.await().atMost(Duration.ofSeconds(50)).until(() -> waits.get() > 1);
            Awaitility.await().until(() -> {
                JobRecord waiting = plane.job(Plane.id(started)).orElseThrow();
                return waiting.state() == JobState.RUNNING
                        && waiting.message().startsWith("trying again: slice orders, modern: writing failed: ");
            });
            other.rollback();
            assertThat(Plane.ended(plane, started).state()).isEqualTo(JobState.DONE);
        }
        assertEqual(flat);
    }

    @Test
    void aClockThatJumpsChangesNothing() throws Exception {
        Flat flat = Flat.postgres(4_000);
        AtomicInteger calls = new AtomicInteger();
        Instant noon = Instant.parse("2026-11-29T12:00:00Z");
        InstantSource jumping = () -> noon.plus(Duration.ofHours(calls.incrementAndGet() % 2 == 0 ? -5 : 5))
                .minusSeconds(calls.get());
        try (DataPlane plane = Plane.open(flat.data(), new Plane.Kept(), Pending.NONE, Pause.SLEEP, jumping)) {
            done(plane);
            Shop.sql(flat.legacyUrl(), "update orders set cents = cents + 1 where id % 3 = 0");
            JobRecord second = done(plane);
            assertThat(second.done()).isEqualTo(4_000);
            assertThat(plane.jobs().getFirst().id()).isEqualTo(second.id());
        }
        assertEqual(flat);
    }

    @Test
    void replicasThatAreBehindAreWaitedFor() throws Exception {
        Flat flat = Flat.postgres(1_000);
        Shop.sql(flat.modernUrl(), "create table replica (behind numeric)");
        Shop.sql(flat.modernUrl(), "insert into replica values (12.5)");
        BackfillSpec spec = new BackfillSpec(
                2,
                0,
                Duration.ofMillis(50),
                Optional.of(Duration.ofSeconds(10)),
                Optional.of("select max(behind) from replica"));
        try (DataPlane plane = Plane.open(flat.data(flat.modernUrl(), spec), new Plane.Kept(), Pending.NONE, QUICK)) {
            Started started = plane.startBackfill(ORDERS);
            Awaitility.await()
                    .until(() -> plane.job(Plane.id(started))
                            .orElseThrow()
                            .message()
                            .contains("replicas of modern are 12.5 s behind (expected ≤ 10.0 s)"));
            Shop.sql(flat.modernUrl(), "update replica set behind = 0");
            assertThat(Plane.ended(plane, started).state()).isEqualTo(JobState.DONE);
        }
        assertEqual(flat);
    }

    @Test
    void pauseAndRateOutliveTheProcess() throws Exception {
        Flat flat = Flat.postgres(1_000);
        Plane.Kept progress = new Plane.Kept();
        String id;
        try (DataPlane plane = Plane.open(flat.data(), progress)) {
            id = Plane.id(plane.startBackfill(ORDERS));
            assertThat(plane.limitRate(id, 300)).isTrue();
            assertThat(plane.pause(id)).isTrue();
        }
        try (DataPlane plane = Plane.open(flat.data(), progress)) {
            assertThat(plane.resumeInterrupted()).containsExactly(id);
            JobRecord job = plane.job(id).orElseThrow();
            assertThat(job.paused()).isTrue();
            assertThat(job.rateLimit()).contains(300L);
            plane.limitRate(id, 0);
            plane.unpause(id);
            assertThat(Plane.ended(plane, new Started.Running(id, true)).state())
                    .isEqualTo(JobState.DONE);
        }
        assertEqual(flat);
    }
}
