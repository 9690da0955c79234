package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static dev.bailey.datasync.Shop.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.Divergence;
import dev.bailey.datasync.reconcile.RecentWrites;
import dev.bailey.datasync.reconcile.ReconcileResult;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** What a pass has found stands, however the pass ends, and what is found twice counts once. */
class FoundInMidPassTest {

    private static final int ROWS = 1_400;

    @TempDir
    Path folder;

    /** Calls in the first look at a batch of suspects behind others. */
    private static final class BatchBehind implements Pending {
        private final int others;
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicReference<Runnable> then = new AtomicReference<>(() -> {});

        BatchBehind(int others) {
            this.others = others;
        }

        @Override
        public boolean pending(SliceName slice, EntityKey key) {
            return false;
        }

        @Override
        public boolean writtenSince(SliceName slice, EntityKey key, long nano) {
            // Two looks at each of the others.
            if (asked.incrementAndGet() == 2 * others + 1) {
                then.getAndSet(() -> {}).run();
            }
            return false;
        }
    }

    @Test
    void aCancelledPassHasFoundWhatItConfirmed() throws Exception {
        BatchBehind batches = new BatchBehind(500);
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept(), batches, Pause.SLEEP)) {
            shop.fillLegacy(ROWS);
            batches.then.set(() -> plane.cancel(plane.jobs().getFirst().id()));

            JobRecord job = Plane.ended(plane, plane.startReconcile(ORDERS, false, false));

            assertThat(job.state()).as(job.message()).isEqualTo(JobState.CANCELLED);
            ReconcileResult result = plane.reconciled(job.id()).orElseThrow();
            assertThat(result.divergences()).isBetween(300L, 1_000L);
            assertThat(result.found()).hasSize((int) result.divergences());
        }
    }

    @Test
    void aPassWhoseStoreFailsHasFoundWhatItConfirmedAndCountsItOnceWhenItGoesOn() throws Exception {
        BatchBehind batches = new BatchBehind(500);
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept(), batches, _ -> Thread.sleep(1))) {
            shop.fillLegacy(ROWS);
            batches.then.set(() -> shop.modern("alter table purchase rename to away"));

            JobRecord job = Plane.ended(plane, plane.startReconcile(ORDERS, false, false));

            assertThat(job.state()).as(job.message()).isEqualTo(JobState.FAILED);
            long found = plane.reconciled(job.id()).orElseThrow().divergences();
            assertThat(found).isBetween(300L, 1_000L);

            shop.modern("alter table away rename to purchase");
            JobRecord after = Plane.ended(plane, plane.startReconcile(ORDERS, false, false));

            assertThat(after.id()).isEqualTo(job.id());
            ReconcileResult result = plane.reconciled(after.id()).orElseThrow();
            assertThat(result.divergences()).isEqualTo(ROWS);
            assertThat(result.rows()).isEqualTo(ROWS);
        }
    }

    /** Every hundredth is missing: several parts of the chunk have suspects. */
    private static void scatter(Shop shop, DataPlane plane) throws Exception {
        shop.fillLegacy(ROWS);
        Plane.ended(plane, plane.startBackfill(ORDERS));
        for (int id = 100; id <= ROWS; id += 100) {
            shop.modern("delete from purchase where order_id = 'ord_" + id + "'");
        }
    }

    @Test
    void suspectsOfManyPartsWaitForTheirSecondLookTogether() throws Exception {
        List<Duration> pauses = new CopyOnWriteArrayList<>();
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept(), Pending.NONE, pauses::add)) {
            scatter(shop, plane);
            pauses.clear();

            JobRecord job = Plane.ended(plane, plane.startReconcile(ORDERS, false, false));

            assertThat(plane.reconciled(job.id()).orElseThrow().divergences()).isEqualTo(ROWS / 100);
            assertThat(pauses.stream().filter(Duration::isPositive)).hasSize(1);
        }
    }

    @Test
    void aPassThatEndsBeforeItsSuspectsAreJudgedFindsThemWhenItGoesOn() throws Exception {
        BatchBehind first = new BatchBehind(0);
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept(), first, _ -> Thread.sleep(1))) {
            scatter(shop, plane);
            first.asked.set(0);
            first.then.set(() -> shop.modern("alter table purchase rename to away"));

            JobRecord job = Plane.ended(plane, plane.startReconcile(ORDERS, false, false));

            assertThat(job.state()).as(job.message()).isEqualTo(JobState.FAILED);
            assertThat(plane.reconciled(job.id()).orElseThrow().rows()).isLessThan(100);

            shop.modern("alter table away rename to purchase");
            JobRecord after = Plane.ended(plane, plane.startReconcile(ORDERS, false, false));

            assertThat(after.id()).isEqualTo(job.id());
            ReconcileResult result = plane.reconciled(after.id()).orElseThrow();
            assertThat(result.divergences()).isEqualTo(ROWS / 100);
            assertThat(result.rows()).isEqualTo(ROWS);
        }
    }

    /** A spread pass of ten minutes, looking about twenty times at keys 3 and 900. */
    private ReconcileResult spread(Shop shop, boolean repair, IntConsumer atLook) throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        InstantSource clock = now::get;
        Pause pause = time -> {
            now.updateAndGet(moment -> moment.plus(time));
            Thread.sleep(0, 200_000);
        };
        AtomicInteger looks = new AtomicInteger();
        RecentWrites recent = (slice, since, most) -> {
            atLook.accept(looks.incrementAndGet());
            return List.of(key(3), key(900));
        };
        try (DataPlane plane =
                Plane.open(Map.of(ORDERS, shop.data), new Plane.Kept(), Pending.NONE, pause, clock, recent)) {
            shop.fillLegacy(1_000);
            Plane.ended(plane, plane.startBackfill(ORDERS));
            JobRecord job = Plane.ended(plane, plane.startSpreadReconcile(ORDERS, repair, Duration.ofMinutes(10)));
            assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
            return plane.reconciled(job.id()).orElseThrow();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aKeyThatIsFoundByALookAndByThePassCountsOnce() throws Exception {
        try (Shop shop = Shop.sqlite(folder)) {
            ReconcileResult result = spread(shop, false, look -> {
                if (look == 3) {
                    shop.modern("delete from purchase where order_id = 'ord_900'");
                }
            });

            assertThat(result.found()).extracting(Divergence::key).containsExactly(key(900));
            assertThat(result.divergences()).isEqualTo(1);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void aRepairedKeyThatDiffersAgainIsNotRepaired() throws Exception {
        try (Shop shop = Shop.sqlite(folder)) {
            ReconcileResult result = spread(shop, true, look -> {
                if (look == 12) {
                    shop.modern("delete from purchase where order_id = 'ord_3'");
                } else if (look == 14) {
                    shop.modern("delete from purchase where order_id = 'ord_3'");
                    shop.modern("create trigger no_more before insert on purchase when new.order_id = 'ord_3'"
                            + " begin select raise(abort, 'no more'); end");
                }
            });

            assertThat(result.found()).extracting(Divergence::key).containsExactly(key(3));
            assertThat(result.divergences()).isEqualTo(1);
            assertThat(result.repaired()).isZero();
            assertThat(result.fate(key(3)).repaired()).isFalse();
            assertThat(result.refusals()).containsOnlyKeys("3");
        }
    }
}
