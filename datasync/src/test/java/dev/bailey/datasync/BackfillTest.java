package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.backfill.BackfillResult;
import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.spec.DataSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackfillTest {

    @TempDir
    Path folder;

    private static void assertEqualStores(StorePair stores) throws Exception {
        assertThat(stores.modern().rows(RowHash.LOOKUP3, KeyRange.ALL))
                .isEqualTo(stores.legacy().rows(RowHash.LOOKUP3, KeyRange.ALL));
    }

    @Test
    void copiesEverythingAndRemovesWhatTheAuthorityLacks() throws Exception {
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
            shop.fillLegacy(1_000);
            shop.legacy("delete from orders where id between 300 and 310");
            shop.modern("insert into purchase (order_id, customer_id, total) values ('ord_305', 'gone', 1)");

            JobRecord job = Plane.ended(plane, plane.startBackfill(ORDERS));

            assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
            assertThat(job.done()).isEqualTo(989);
            assertThat(plane.lastBackfill(ORDERS).orElseThrow())
                    .extracting(
                            BackfillResult::scanned,
                            BackfillResult::written,
                            BackfillResult::deleted,
                            BackfillResult::fenceKey,
                            BackfillResult::complete)
                    .containsExactly(989L, 989L, 1L, Optional.of("1000"), true);
            assertEqualStores(shop.stores);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsEqualUnderLiveWrites(Server modern) throws Exception {
        try (Shop shop = Shop.to(modern, folder)) {
            endsEqualUnderLiveWrites(shop);
        }
    }

    private static void endsEqualUnderLiveWrites(Shop shop) throws Exception {
        shop.fillLegacy(600);
        JobRecord job;
        try (Live live = new Live(shop, 700, 4711)) {
            try (DataPlane plane = Plane.open(shop.data, new Plane.Kept(), live, Pause.SLEEP)) {
                Awaitility.await().until(() -> live.writes() > 20);
                job = Plane.ended(plane, plane.startBackfill(ORDERS));
                long after = live.writes();
                Awaitility.await().until(() -> live.writes() > after + 20);
            }
        }
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
        assertEqualStores(shop.stores);
    }

    @Test
    void anAbandonedRunIsOverWhereModernOwnsWritesByNow() throws Exception {
        Plane.Kept progress = new Plane.Kept();
        try (Shop shop = Shop.sqlite(folder)) {
            shop.fillLegacy(1_500);
            String id;
            try (DataPlane plane = Plane.open(shop.data, progress)) {
                id = Plane.id(plane.startBackfill(ORDERS));
                plane.limitRate(id, 100);
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> plane.job(id).orElseThrow().done() > 0);
            }
            try (DataPlane plane = Plane.open(shop.data, progress)) {
                assertThat(plane.job(id).orElseThrow().state()).isEqualTo(JobState.INTERRUPTED);
                assertThat(plane.resumeInterrupted(_ -> false)).isEmpty();
                assertThat(plane.job(id).orElseThrow()).satisfies(job -> {
                    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
                    assertThat(job.message()).contains("modern owns writes");
                    assertThat(job.finishedAt()).isPresent();
                });
            }
            try (DataPlane plane = Plane.open(shop.data, progress)) {
                assertThat(plane.resumeInterrupted()).as("for good").isEmpty();
            }
        }
    }

    @Test
    void goesOnAtTheLastSavedChunkAfterAnAbandonedRun() throws Exception {
        Plane.Kept progress = new Plane.Kept();
        try (Shop shop = Shop.sqlite(folder)) {
            shop.fillLegacy(1_500);
            Started started;
            Map<String, String> atKill;
            try (DataPlane plane = Plane.open(shop.data, progress)) {
                started = plane.startBackfill(ORDERS);
                String id = Plane.id(started);
                plane.limitRate(id, 100);
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> plane.job(id).orElseThrow().done() > 0);
                // What a kill -9 would leave behind.
                atKill = Map.copyOf(progress.saved);
            }
            Plane.Kept kept = new Plane.Kept();
            kept.saved.putAll(atKill);
            try (DataPlane plane = Plane.open(shop.data, kept)) {
                JobRecord interrupted = plane.jobs().getFirst();
                assertThat(interrupted.state()).isEqualTo(JobState.INTERRUPTED);
                long doneBefore = interrupted.done();
                assertThat(doneBefore).isPositive().isLessThan(1_500);

                assertThat(plane.resumeInterrupted()).containsExactly(interrupted.id());
                assertThat(plane.job(interrupted.id()).orElseThrow().rateLimit())
                        .contains(100L);
                plane.limitRate(interrupted.id(), 0);
                JobRecord job = Plane.ended(plane, new Started.Running(interrupted.id(), true));

                assertThat(job.state()).isEqualTo(JobState.DONE);
                assertThat(job.done()).isEqualTo(1_500);
                assertThat(plane.lastBackfill(ORDERS).orElseThrow().complete()).isTrue();
            }
            assertEqualStores(shop.stores);
        }
    }

    @Test
    void runsOncePerSliceAndEndsWhenCancelled() throws Exception {
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
            shop.fillLegacy(1_000);
            String id = Plane.id(plane.startBackfill(ORDERS));
            plane.limitRate(id, 50);
            assertThat(plane.pause(id)).isTrue();

            assertThat(plane.startBackfill(ORDERS))
                    .isInstanceOfSatisfying(
                            Started.Refused.class,
                            refused -> assertThat(refused.reason()).contains(id));
            assertThat(plane.job(id).orElseThrow().paused()).isTrue();
            assertThat(plane.cancel(id)).isTrue();

            JobRecord job = Plane.ended(plane, new Started.Running(id, false));
            assertThat(job.state()).isEqualTo(JobState.CANCELLED);
            assertThat(job.done()).isLessThan(1_000);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(plane.cancel(id))
                            .as("a moment after its end is kept")
                            .isFalse());
            assertThat(Plane.id(plane.startBackfill(ORDERS))).isNotEqualTo(id);
        }
    }

    @Test
    void triesAgainWhileAStoreIsAwayAndGoesOnAfterItFailed() throws Exception {
        AtomicInteger pauses = new AtomicInteger();
        Pause quick = duration -> {
            pauses.incrementAndGet();
            Thread.sleep(1);
        };
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept(), Pending.NONE, quick)) {
            shop.fillLegacy(100);
            Path file = folder.resolve("modern.db");
            Path away = Files.move(file, folder.resolve("away.db"));

            JobRecord failed = Plane.ended(plane, plane.startBackfill(ORDERS));

            assertThat(failed.state()).isEqualTo(JobState.FAILED);
            assertThat(failed.message()).contains("slice orders, modern").contains("is not there");
            assertThat(pauses.get()).isGreaterThanOrEqualTo(7);

            Files.move(away, file);
            Started again = plane.startBackfill(ORDERS);
            assertThat(Plane.ended(plane, again).state()).isEqualTo(JobState.DONE);
            assertEqualStores(shop.stores);
        }
    }

    @Test
    void aJobOfStoresThatAreReadOtherwiseByNowBeginsAgain() throws Exception {
        Pause quick = duration -> Thread.sleep(1);
        try (Shop shop = Shop.sqlite(folder)) {
            AtomicBoolean gone = new AtomicBoolean();
            Plane.Kept kept = new Plane.Kept() {
                @Override
                public void save(String jobId, String json) {
                    super.save(jobId, json);
                    if (json.contains("fenceKey") && gone.compareAndSet(false, true)) {
                        shop.modern("alter table purchase rename to away");
                    }
                }
            };
            shop.fillLegacy(100);
            String id;
            try (DataPlane plane = Plane.open(shop.data, kept, Pending.NONE, quick)) {
                JobRecord failed = Plane.ended(plane, plane.startBackfill(ORDERS));
                assertThat(failed.position()).isPresent();
                assertThat(plane.startBackfill(ORDERS)).isEqualTo(new Started.Running(failed.id(), true));
                id = Plane.ended(plane, new Started.Running(failed.id(), true)).id();
            }
            DataSpec otherwise =
                    new DataSpec(shop.data.key(), Optional.of("version"), shop.data.legacy(), shop.data.modern());
            try (DataPlane plane = Plane.open(otherwise, kept, Pending.NONE, quick)) {
                Started again = plane.startBackfill(ORDERS);
                assertThat(again)
                        .isInstanceOfSatisfying(
                                Started.Running.class,
                                running -> assertThat(running.resumed()).isFalse());
                assertThat(Plane.id(again)).isNotEqualTo(id);
            }
        }
    }

    @Test
    void namesWhatTheFollowerRefusesAndCopiesTheRest() throws Exception {
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
            shop.fillLegacy(50);
            shop.modern("create trigger no_13 before insert on purchase when new.order_id = 'ord_13' begin select"
                    + " raise(abort, 'thirteen'); end");

            JobRecord job = Plane.ended(plane, plane.startBackfill(ORDERS));

            BackfillResult result = plane.lastBackfill(ORDERS).orElseThrow();
            assertThat(job.message()).contains("1 documents were refused", "(entity ");
            assertThat(result.complete()).isFalse();
            assertThat(result.refusals()).containsOnlyKeys("13");
            assertThat(result.written()).isEqualTo(49);
        }
    }

    @Test
    void anEmptyAuthorityIsDoneAtOnce() throws Exception {
        try (Shop shop = Shop.sqlite(folder);
                DataPlane plane = Plane.open(shop.data, new Plane.Kept())) {
            assertThat(Plane.ended(plane, plane.startBackfill(ORDERS)).state()).isEqualTo(JobState.DONE);
            assertThat(plane.lastBackfill(ORDERS).orElseThrow().complete()).isTrue();
            assertThat(List.copyOf(plane.check(ORDERS))).isEmpty();
        }
    }
}
