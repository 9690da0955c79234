package dev.bailey.gateway.dualwrite;

import static dev.bailey.gateway.dualwrite.Crossing.ITEMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.dualwrite.Crossing.Told;
import dev.bailey.gateway.dualwrite.ItemService.Fault;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.RecordState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DualWriteTest {

    @TempDir
    Path folder;

    @Test
    void carriesWritesInOrderToTheFollower() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE)) {
            assertThat(crossing.put("1", "a").isDone()).isTrue();
            for (int i = 0; i < 20; i++) {
                assertThat(crossing.add("1", "" + i).isDone()).isTrue();
            }
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.items()).isEqualTo(crossing.legacy.items());
            assertThat(crossing.modern.applications().values()).containsOnly(1);
            assertThat(crossing.records(RecordState.DELIVERED)).hasSize(21);
        }
    }

    @Test
    void clientsDoNotNoticeAFollowerThatIsDown() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE)) {
            crossing.modern.down();
            for (int i = 0; i < 30; i++) {
                assertThat(crossing.put("" + i % 3, "v" + i).isDone()).isTrue();
            }
            assertThat(crossing.backlog()).isEqualTo(30);
            assertThat(crossing.writes().aheadSide(ITEMS, new EntityKey("1"))).contains(Side.LEGACY);
            assertThat(crossing.writes().undeliveredSince(ITEMS, Optional.empty(), System.nanoTime()))
                    .isTrue();
            long before = System.nanoTime();
            crossing.modern.up();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.items()).isEqualTo(crossing.legacy.items());
            assertThat(crossing.writes().aheadSide(ITEMS, new EntityKey("1"))).isEmpty();
            assertThat(crossing.writes().undeliveredSince(ITEMS, Optional.of(new EntityKey("1")), before))
                    .isTrue();
            assertThat(crossing.writes().undeliveredSince(ITEMS, Optional.of(new EntityKey("1")), System.nanoTime()))
                    .isFalse();
        }
    }

    @Test
    void theFollowerTakesTheIdTheAuthorityMinted() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE)) {
            crossing.modern.down();
            assertThat(crossing.write("POST", "/items", "{\"text\":\"new\"}", null)
                            .isDone())
                    .isTrue();
            assertThat(crossing.put("L1", "changed").isDone()).isTrue();
            crossing.modern.up();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.items()).containsEntry("L1", "changed").hasSize(1);
            assertThat(crossing.modern.seen().stream()
                            .map(ItemService.Seen::method)
                            .toList())
                    .containsExactly("POST", "PUT");
        }
    }

    @Test
    void manyRefreshesOfOneEntityBecomeOne() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.refresh(), Phase.DUAL_WRITE)) {
            crossing.modern.down();
            for (int i = 0; i < 20; i++) {
                assertThat(crossing.put("1", "v" + i).isDone()).isTrue();
            }
            crossing.refreshes.set(0);
            crossing.modern.up();
            await().until(crossing::isQuiet);
            assertThat(crossing.refreshes.get()).isEqualTo(1);
            assertThat(crossing.modern.item("1")).isEqualTo("v19");
            assertThat(crossing.records(RecordState.DELIVERED)).hasSize(20);
        }
    }

    @Test
    void aRefreshDoesNotCoverAWriteThatCameWhileItRead() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.refresh(), Phase.DUAL_WRITE)) {
            var reading = new java.util.concurrent.CountDownLatch(1);
            var written = new java.util.concurrent.CountDownLatch(1);
            crossing.beforeRefreshWrites = () -> {
                reading.countDown();
                try {
                    written.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            assertThat(crossing.put("1", "old").isDone()).isTrue();
            reading.await();
            assertThat(crossing.put("1", "new").isDone()).isTrue();
            written.countDown();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("new");
        }
    }

    @Test
    void anAppendThatARefreshMaySeeIsNeverReplayedOnTop() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE)) {
            crossing.put("1", "a");
            await().until(crossing::isQuiet);
            var reading = new java.util.concurrent.CountDownLatch(1);
            var written = new java.util.concurrent.CountDownLatch(1);
            Thread backfill = Thread.ofVirtual().start(() -> {
                try {
                    crossing.writes().withoutDelivery(ITEMS, java.util.List.of(new EntityKey("1")), () -> {
                        reading.countDown();
                        try {
                            written.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        crossing.modern.put("1", crossing.legacy.item("1"));
                        return true;
                    });
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            reading.await();
            assertThat(crossing.add("1", "b").isDone()).isTrue();
            written.countDown();
            backfill.join();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("a+b");
        }
    }

    @Test
    void aWriteWhoseBodyWasNotKeptGoesByRefresh() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE)) {
            Told told = crossing.write("PUT", "/items/1", "large", null, false);
            assertThat(told.isDone()).isTrue();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("large");
            assertThat(crossing.record(told.key()).note()).isEqualTo("refreshed");
        }
    }

    @Test
    void aParkedEntityStopsOnlyItselfUntilItIsTakenBack() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.SHADOW_READ)) {
            crossing.modern.faults(seen -> seen.body().equals("bad") ? Fault.REFUSE : Fault.NONE);
            Told bad = crossing.put("1", "bad");
            crossing.put("1", "later");
            crossing.put("2", "other");
            await().until(() -> crossing.record(bad.key()).state() == RecordState.PARKED
                    && "other".equals(crossing.modern.item("2")));
            assertThat(crossing.modern.item("1")).isNull();
            assertThat(crossing.writes().awaitFence(ITEMS, Duration.ofSeconds(5)))
                    .isFalse();
            assertThat(crossing.writes().unpark(ITEMS, new EntityKey("1"))).isEqualTo(1);
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("later");
            assertThat(crossing.writes().awaitFence(ITEMS, Duration.ofSeconds(5)))
                    .isTrue();
        }
    }

    /** An operator at another node, or quicker than the news of the parking. */
    @Test
    void whatIsTakenBackBeforeItsParkingIsKnownHereIsDelivered() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.SHADOW_READ)) {
            crossing.modern.faults(_ -> {
                crossing.node().journal.hold();
                return Fault.REFUSE;
            });
            Told bad = crossing.put("1", "bad");
            await().until(() -> crossing.record(bad.key()).state() == RecordState.PARKED);
            crossing.node()
                    .file
                    .unparked(ITEMS, new EntityKey("1"))
                    .toCompletableFuture()
                    .join();
            crossing.modern.faults(_ -> Fault.NONE);
            crossing.node().journal.work();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("bad");
        }
    }

    @Test
    void refusedWritesAreRefreshedWhereDeclared() throws Exception {
        WritesSpec refresh =
                Crossing.with(Crossing.replay(), WritesSpec.OnReject.REFRESH, WritesSpec.OnJournalFull.REFUSE);
        try (Crossing crossing = new Crossing(folder, refresh, Phase.SHADOW_READ)) {
            crossing.modern.faults(_ -> Fault.REFUSE);
            crossing.put("1", "a");
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("a");
        }
    }

    @Test
    void aWriteOfAnEntityTheBackfillHasNotBroughtYetGoesByRefresh() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.BACKFILL)) {
            crossing.legacy.put("1", "old");
            Told told = crossing.add("1", "b");
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("old+b");
            assertThat(crossing.record(told.key()).note()).isEqualTo("refreshed");
        }
    }

    @Test
    void writesOfOneEntityGoOneAtATimeAndOthersBesideThem() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE)) {
            var first = (WritePath.Admitted) crossing.admit(crossing.node(), "PUT", "/items/1", "a", null, true);
            var second = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
                try {
                    return crossing.put("1", "b");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(crossing.put("2", "other").isDone()).isTrue();
            assertThat(second.isDone()).isFalse();
            assertThat(crossing.records(RecordState.values())).hasSize(2);
            crossing.forward(crossing.node(), first, "PUT", "/items/1", "a");
            assertThat(second.get().isDone()).isTrue();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("b");
        }
    }

    @Test
    void compensatesOnceAtTheAuthority() throws Exception {
        WritesSpec compensate =
                Crossing.with(Crossing.replay(), WritesSpec.OnReject.COMPENSATE, WritesSpec.OnJournalFull.REFUSE);
        try (Crossing crossing = new Crossing(folder, compensate, Phase.SHADOW_READ)) {
            crossing.modern.faults(_ -> Fault.REFUSE);
            crossing.modern.put("1", "before");
            Told told = crossing.put("1", "a");
            await().until(crossing::isQuiet);
            assertThat(crossing.legacy.applications(told.key() + "-undo")).isEqualTo(1);
            assertThat(crossing.legacy.item("1")).isNull();
            assertThat(crossing.modern.item("1")).isNull();
        }
    }

    @Test
    void waitsForBothSidesUpToALimit() throws Exception {
        WritesSpec both = Crossing.with(
                Crossing.replay(), WritesSpec.Replicate.REPLAY, WritesSpec.Idempotency.HEADER, WritesSpec.Ack.BOTH);
        try (Crossing crossing = new Crossing(folder, both, Phase.DUAL_WRITE)) {
            assertThat(crossing.put("1", "a").settled()).contains(WritePath.Settled.BOTH);
            assertThat(crossing.modern.item("1")).isEqualTo("a");
            crossing.modern.down();
            assertThat(crossing.put("1", "b").settled()).contains(WritePath.Settled.NOT_BOTH);
            assertThat(crossing.meters
                            .counter("bailey.write.acks", "slice", "items", "ack", "not-both")
                            .count())
                    .isEqualTo(1);
            crossing.modern.up();
            await().until(crossing::isQuiet);
        }
    }

    @Test
    void refusesWritesWhileTheJournalIsFull() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE)) {
            crossing.node().journal.beFull();
            assertThat(crossing.put("1", "a").status()).isEqualTo(503);
            assertThat(crossing.legacy.seen()).isEmpty();
            crossing.node().journal.work();
            assertThat(crossing.put("1", "b").isDone()).isTrue();
        }
    }

    @Test
    void aJournalThatFailsMayHoldTheWriteSoNobodyIsToldThatNothingWillComeOfIt() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE)) {
            crossing.node().journal.fail();
            Crossing.Told told = crossing.put("1", "a");
            assertThat(told.what()).isEqualTo(Crossing.Told.What.REFUSED);
            assertThat(told.status()).isEqualTo(504);
            assertThat(crossing.legacy.seen()).isEmpty();
            crossing.node().journal.work();
            assertThat(crossing.put("1", "b").isDone()).isTrue();
        }
    }

    @Test
    void degradesWhereDeclaredButNeverWithoutADurableDebt() throws Exception {
        WritesSpec degrade =
                Crossing.with(Crossing.replay(), WritesSpec.OnReject.PARK, WritesSpec.OnJournalFull.DEGRADE);
        try (Crossing crossing = new Crossing(folder, degrade, Phase.DUAL_WRITE)) {
            crossing.node().journal.beFull();
            crossing.debtsFail = true;
            assertThat(crossing.put("1", "a").status()).isEqualTo(503);
            crossing.debtsFail = false;
            assertThat(crossing.put("1", "b").isDone()).isTrue();
            assertThat(crossing.debts).isNotEmpty();
            assertThat(crossing.legacy.item("1")).isEqualTo("b");
            assertThat(crossing.modern.seen()).isEmpty();
        }
    }

    @Test
    void anOutcomeThatCannotBeWrittenIsWrittenLater() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE)) {
            crossing.put("1", "a");
            var admitted = (WritePath.Admitted) crossing.admit(crossing.node(), "PUT", "/items/1", "b", null, true);
            crossing.node().journal.fail();
            assertThat(crossing.forward(crossing.node(), admitted, "PUT", "/items/1", "b")
                            .isDone())
                    .isTrue();
            assertThat(crossing.modern.item("1")).isNotEqualTo("b");
            crossing.node().journal.work();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("b");
        }
    }

    @Test
    void refusesWhenTooManyWaitForOneEntity() throws Exception {
        var bounds = new dev.bailey.model.spec.GatewaySpec(
                true,
                1 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                20_000,
                512,
                1,
                Duration.ofMillis(100),
                10,
                1_000,
                4,
                Duration.ofHours(1));
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE, Crossing.PATIENT, bounds)) {
            var first = (WritePath.Admitted) crossing.admit(crossing.node(), "PUT", "/items/1", "a", null, true);
            var second = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
                try {
                    return crossing.put("1", "b");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> crossing.put("1", "c").status() == 429 || second.isDone());
            assertThat(second.get().status()).isEqualTo(503);
            crossing.forward(crossing.node(), first, "PUT", "/items/1", "a");
            assertThat(crossing.put("1", "d").isDone()).isTrue();
        }
    }
}
