package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static dev.bailey.datasync.Shop.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.Divergence;
import dev.bailey.datasync.reconcile.Divergence.Kind;
import dev.bailey.datasync.reconcile.RecentWrites;
import dev.bailey.datasync.reconcile.ReconcileResult;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconcileTest {

    @TempDir
    Path folder;

    private static final List<Divergence> PLANTED = List.of(
            new Divergence(ORDERS, key(17), Kind.DIFFERENT, List.of("/total")),
            new Divergence(ORDERS, key(18), Kind.DIFFERENT, List.of("/note")),
            new Divergence(ORDERS, key(500), Kind.MISSING, List.of()),
            new Divergence(ORDERS, key(1_200), Kind.DIFFERENT, List.of("/lines/1/price")),
            new Divergence(ORDERS, key(1_201), Kind.DIFFERENT, List.of("/lines")),
            new Divergence(ORDERS, key(1_499), Kind.DIFFERENT, List.of("/lines/0/qty", "/total")),
            new Divergence(ORDERS, key(9_999), Kind.EXTRA, List.of()));

    private static void plant(Shop shop) {
        shop.modern("update purchase set total = total + 0.01 where order_id = 'ord_17'");
        shop.modern("update purchase set remark = null where order_id = 'ord_18'");
        shop.modern("delete from purchase where order_id = 'ord_500'");
        shop.modern("update purchase_line set price = 0 where order_id = 'ord_1200' and sku = 'b'");
        shop.modern("delete from purchase_line where order_id = 'ord_1201' and sku = 'a'");
        shop.modern("update purchase set total = 0 where order_id = 'ord_1499'");
        shop.modern("update purchase_line set quantity = 9 where order_id = 'ord_1499' and sku = 'a'");
        shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_9999', 'x', 1)");
    }

    private static ReconcileResult reconcile(DataPlane plane, boolean repair, boolean dryRun) {
        JobRecord job = Plane.ended(plane, plane.startReconcile(ORDERS, repair, dryRun));
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
        return plane.lastReconcile(ORDERS).orElseThrow();
    }

    private static void findsExactlyWhatWasPlanted(Shop shop) throws Exception {
        try (DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
            shop.fillLegacy(1_500);
            Plane.ended(plane, plane.startBackfill(ORDERS));
            ReconcileResult before = reconcile(plane, false, false);
            assertThat(before.rows()).isEqualTo(1_500);
            assertThat(before.divergences()).isZero();
            assertThat(before.complete()).isTrue();

            plant(shop);

            ReconcileResult dry = reconcile(plane, true, true);
            assertThat(dry.found()).containsExactlyInAnyOrderElementsOf(PLANTED);
            assertThat(dry.repaired()).isZero();
            assertThat(reconcile(plane, false, false).found()).containsExactlyInAnyOrderElementsOf(PLANTED);

            ReconcileResult repaired = reconcile(plane, true, false);
            assertThat(repaired.divergences()).isEqualTo(PLANTED.size());
            assertThat(repaired.open()).isZero();
            assertThat(reconcile(plane, false, false).divergences()).isZero();
            assertThat(plane.compare(ORDERS, List.of(key(17), key(500), key(9_999))))
                    .isEqualTo(new Compared.Differing(List.of()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsExactlyWhatWasPlantedAndRepairsIt(Server modern) throws Exception {
        try (Shop shop = Shop.to(modern, folder)) {
            findsExactlyWhatWasPlanted(shop);
        }
    }

    @Test
    void bisectsARangeThatOnlyModernHas() throws Exception {
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
            shop.modern("with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) insert into"
                    + " purchase (order_id, customer_id, total) select 'ord_' || i, 'x', 1 from n");

            ReconcileResult result = reconcile(plane, false, false);

            assertThat(result.divergences()).isEqualTo(3_000);
            assertThat(result.found()).hasSize(1_000).allMatch(found -> found.kind() == Kind.EXTRA);
        }
    }

    @Test
    void doesNotTakeACopyOnItsWayForADivergence() throws Exception {
        Set<EntityKey> pending = new ConcurrentSkipListSet<>(List.of(key(5)));
        AtomicInteger asked = new AtomicInteger();
        try (Shop shop = Shop.sqlite(folder)) {
            shop.fillLegacy(10);
            Pending delivering = new Pending() {
                @Override
                public boolean pending(SliceName slice, EntityKey key) {
                    if (key.equals(key(5)) && asked.incrementAndGet() == 4) {
                        shop.modern("update purchase set remark = 'note 5' where order_id = 'ord_5'");
                        pending.remove(key);
                    }
                    return pending.contains(key);
                }

                @Override
                public boolean writtenSince(SliceName slice, EntityKey key, long nano) {
                    return false;
                }
            };
            try (DataPlane plane = Plane.open(shop.data, new Plane.Kept(), delivering, Pause.SLEEP)) {
                pending.clear();
                asked.set(1_000);
                Plane.ended(plane, plane.startBackfill(ORDERS));
                shop.modern("update purchase set remark = 'old' where order_id in ('ord_5', 'ord_6')");
                pending.add(key(5));
                asked.set(0);

                ReconcileResult result = reconcile(plane, false, false);

                assertThat(result.found())
                        .containsExactly(new Divergence(ORDERS, key(6), Kind.DIFFERENT, List.of("/note")));
                assertThat(result.complete()).isTrue();
            }
        }
    }

    @Test
    void aRepairWaitsWhileOwnershipChangesAndThenGoesTheOtherWay() throws Exception {
        CountDownLatch lookedTwice = new CountDownLatch(2);
        Pending looks = new Pending() {
            @Override
            public boolean pending(SliceName slice, EntityKey key) {
                return false;
            }

            @Override
            public boolean writtenSince(SliceName slice, EntityKey key, long nano) {
                lookedTwice.countDown();
                return false;
            }
        };
        AtomicReference<Side> owner = new AtomicReference<>(Side.LEGACY);
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, looks, (slice, key) -> owner.get())) {
            shop.fillLegacy(10);
            Plane.ended(plane, plane.startBackfill(ORDERS));
            shop.modern("update purchase set remark = 'of the new owner' where order_id = 'ord_5'");
            assertThat(plane.standstill().begin(ORDERS, Duration.ofSeconds(1))).isTrue();

            Started repair = plane.startReconcile(ORDERS, true, false);
            assertThat(lookedTwice.await(30, TimeUnit.SECONDS)).isTrue();
            owner.set(Side.MODERN);
            plane.standstill().end(ORDERS);

            assertThat(Plane.ended(plane, repair).state()).isEqualTo(JobState.DONE);
            assertThat(shop.stores.legacy().read(List.of(key(5))).values())
                    .singleElement()
                    .extracting(document -> document.body().path("note").asString())
                    .isEqualTo("of the new owner");
        }
    }

    @Test
    void anEntityThatNeverHoldsStillLeavesThePassIncomplete() throws Exception {
        Pending always = new Pending() {
            @Override
            public boolean pending(SliceName slice, EntityKey key) {
                return false;
            }

            @Override
            public boolean writtenSince(SliceName slice, EntityKey key, long nano) {
                return key.equals(key(5));
            }
        };
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept(), always, duration -> Thread.sleep(1))) {
            shop.fillLegacy(10);

            ReconcileResult result = reconcile(plane, false, false);

            assertThat(result.unsettled()).isEqualTo(1);
            assertThat(result.complete()).isFalse();
            assertThat(result.divergences()).isEqualTo(9);
        }
    }

    @Test
    void findsNothingUnderLiveWrites() throws Exception {
        try (Shop shop = Shop.sqlite(folder)) {
            shop.fillLegacy(300);
            try (Live live = new Live(shop, 300, 99);
                    DataPlane plane = Plane.open(shop.data, new Plane.Kept(), live, Pause.SLEEP)) {
                Plane.ended(plane, plane.startBackfill(ORDERS));

                ReconcileResult result = reconcile(plane, false, false);

                assertThat(result.found()).isEmpty();
            }
        }
    }

    /** A clock that goes as fast as pauses are asked for. */
    private static final class Paced implements InstantSource, Pause {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public void of(Duration duration) throws InterruptedException {
            now.updateAndGet(moment -> moment.plus(duration));
            Thread.sleep(0, 200_000);
        }
    }

    private static DataPlane spread(Shop shop, Progress progress, Paced paced, RecentWrites recent) {
        return Plane.open(Map.of(ORDERS, shop.data), progress, Pending.NONE, paced, paced, recent);
    }

    @Test
    void aSpreadPassTakesItsTimeAndLooksAgainAtWhatWasWrittenBehindIt() throws Exception {
        Paced paced = new Paced();
        AtomicInteger looks = new AtomicInteger();
        AtomicReference<DataPlane> feeds = new AtomicReference<>();
        try (Shop shop = Shop.sqlite(folder)) {
            RecentWrites recent = (slice, since, most) -> {
                int look = looks.incrementAndGet();
                if (look == 12) {
                    shop.modern("delete from purchase where order_id in ('ord_3', 'ord_4')");
                    feeds.get().changed(ORDERS, List.of(key(4)));
                }
                return look >= 12 && look < 15 ? List.of(key(3), key(5), new EntityKey("no key")) : List.of();
            };
            try (DataPlane plane = spread(shop, new Plane.Kept(), paced, recent)) {
                feeds.set(plane);
                shop.fillLegacy(1_000);
                Plane.ended(plane, plane.startBackfill(ORDERS));
                Instant begun = paced.instant();

                JobRecord job = Plane.ended(plane, plane.startSpreadReconcile(ORDERS, false, Duration.ofMinutes(10)));

                assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
                assertThat(Duration.between(begun, paced.instant()))
                        .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
                assertThat(looks).hasValueBetween(18, 21);
                ReconcileResult result = plane.lastReconcile(ORDERS).orElseThrow();
                assertThat(result.found())
                        .containsExactlyInAnyOrder(
                                new Divergence(ORDERS, key(3), Kind.MISSING, List.of()),
                                new Divergence(ORDERS, key(4), Kind.MISSING, List.of()));
                assertThat(result.divergences()).isEqualTo(2);
                assertThat(result.rows()).isEqualTo(1_000);
                assertThat(result.complete()).isTrue();
            }
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aSpreadPassGoesOnAfterARestartWhereItWasAndIsCancelledWhileItWaits() throws Exception {
        Paced paced = new Paced();
        Plane.Kept kept = new Plane.Kept();
        try (Shop shop = Shop.sqlite(folder)) {
            shop.fillLegacy(1_000);
            String id;
            long done;
            try (DataPlane plane = spread(shop, kept, paced, RecentWrites.NONE)) {
                Plane.ended(plane, plane.startBackfill(ORDERS));
                id = Plane.id(plane.startSpreadReconcile(ORDERS, false, Duration.ofHours(1)));
                Awaitility.await().until(() -> plane.job(id).orElseThrow().done() >= 300);
                done = plane.job(id).orElseThrow().done();
            }
            assertThat(done).isLessThan(1_000);
            try (DataPlane plane = spread(shop, kept, paced, RecentWrites.NONE)) {
                assertThat(plane.resumeInterrupted()).containsExactly(id);
                assertThat(plane.job(id).orElseThrow().done()).isGreaterThanOrEqualTo(done);
                Awaitility.await()
                        .atMost(60, TimeUnit.SECONDS)
                        .until(() -> plane.job(id).orElseThrow().state() == JobState.DONE);
                assertThat(plane.lastReconcile(ORDERS).orElseThrow().rows()).isEqualTo(1_000);

                String next = Plane.id(plane.startSpreadReconcile(ORDERS, false, Duration.ofDays(30)));
                assertThat(plane.cancel(next)).isTrue();
                Awaitility.await().until(() -> plane.job(next).orElseThrow().state() == JobState.CANCELLED);
            }
        }
    }

    @Test
    void aJobMayBeStartedAsSoonAsTheLastOneShowsItsEnd() throws Exception {
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
            for (int i = 0; i < 50; i++) {
                String id = Plane.id(plane.startReconcile(ORDERS, false, false));
                while (plane.job(id).orElseThrow().state() == JobState.RUNNING) {
                    Thread.onSpinWait();
                }
            }
            assertThat(plane.jobs()).hasSize(50).allMatch(job -> job.state() == JobState.DONE);
        }
    }

    @Test
    void keepsPathsNeverValues() throws Exception {
        Plane.Kept kept = new Plane.Kept();
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, kept)) {
            shop.fillLegacy(3);
            Plane.ended(plane, plane.startBackfill(ORDERS));
            shop.modern("update purchase set remark = 'SECRET' where order_id = 'ord_2'");

            reconcile(plane, false, false);

            assertThat(new TreeSet<>(kept.saved.values()).toString())
                    .contains("/note")
                    .doesNotContain("SECRET");
        }
    }

    @Test
    void aStoreThatIsAwayIsSaidWhileItIsWaitedFor() throws Exception {
        Flat flat = Flat.postgres(300);
        Shop.sql(
                flat.modernUrl(),
                "alter database " + BackfillFaultsTest.database(flat.modernUrl()) + " set lock_timeout = '50ms'");
        try (Connection other = DriverManager.getConnection(flat.modernUrl());
                Statement statement = other.createStatement();
                DataPlane plane = Plane.open(flat.data(), new Plane.Kept())) {
            Plane.ended(plane, plane.startBackfill(ORDERS));
            other.setAutoCommit(false);
            statement.execute("lock table purchase in access exclusive mode");
            Started started = plane.startReconcile(ORDERS, false, false);
            Awaitility.await()
                    .until(() -> plane.job(Plane.id(started))
                            .orElseThrow()
                            .message()
                            .startsWith("trying again: slice orders, modern: "));
            assertThat(plane.job(Plane.id(started)).orElseThrow().state()).isEqualTo(JobState.RUNNING);
            other.rollback();
            JobRecord job = Plane.ended(plane, started);
            assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
            assertThat(job.message()).startsWith("0 divergences in 300 rows");
        }
    }
}
