package dev.bailey.gateway.dualwrite;

import static dev.bailey.gateway.dualwrite.Crossing.ITEMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.dualwrite.Crossing.Told;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.write.RecordState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    private Future<Told> later(Callable<Told> write) {
        return clients.submit(write);
    }

    @Test
    void holdsConcernedWritesAndLetsThemGoToTheNewAuthority() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.WRITE_CUTOVER)) {
            assertThat(crossing.put("1", "before").side()).isEqualTo(Side.LEGACY);
            SliceState prepared = crossing.moved(Phase.WRITE_CUTOVER, Ramp.FULL);
            crossing.writes().hold(prepared);
            Future<Told> held = later(() -> crossing.put("1", "after"));
            Future<Told> create = later(() -> crossing.write("POST", "/items", "{\"text\":\"n\"}", null));
            await().until(() -> crossing.writes().held(ITEMS) == 2);
            assertThat(crossing.writes().awaitQuiet(ITEMS, SOON)).isTrue();
            assertThat(crossing.writes().awaitFence(ITEMS, SOON)).isTrue();
            assertThat(crossing.modern.item("1")).isEqualTo("before");
            crossing.move(prepared);
            crossing.writes().release(ITEMS);
            assertThat(held.get().side()).isEqualTo(Side.MODERN);
            assertThat(create.get().side()).isEqualTo(Side.MODERN);
            await().until(crossing::isQuiet);
            assertThat(crossing.legacy.items())
                    .isEqualTo(crossing.modern.items())
                    .hasSize(2);
        }
    }

    @Test
    void anAbortedHandoverLetsHeldWritesGoToTheOldAuthority() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.WRITE_CUTOVER)) {
            crossing.writes().hold(crossing.moved(Phase.WRITE_CUTOVER, Ramp.FULL));
            Future<Told> held = later(() -> crossing.put("1", "a"));
            await().until(() -> crossing.writes().held(ITEMS) == 1);
            crossing.writes().release(ITEMS);
            assertThat(held.get().side()).isEqualTo(Side.LEGACY);
        }
    }

    @Test
    void heldWritesAreBoundedInNumberAndTime() throws Exception {
        GatewaySpec bounds = new GatewaySpec(
                true,
                1 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                20_000,
                512,
                64,
                Duration.ofSeconds(5),
                1,
                1_000,
                4,
                Duration.ofHours(1));
        try (Crossing crossing =
                new Crossing(folder, Crossing.replay(), Phase.WRITE_CUTOVER, Crossing.PATIENT, bounds)) {
            crossing.writes().hold(crossing.moved(Phase.WRITE_CUTOVER, Ramp.FULL));
            Future<Told> held = later(() -> crossing.put("1", "a"));
            await().until(() -> crossing.writes().held(ITEMS) == 1);
            assertThat(crossing.put("2", "b").status()).isEqualTo(503);
            assertThat(held.get().status()).isEqualTo(503);
            assertThat(crossing.legacy.seen()).isEmpty();
            assertThat(crossing.modern.seen()).isEmpty();
        }
    }

    @Test
    void aWriteThatTheHoldDoesNotConcernGoesOn() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.WRITE_CUTOVER)) {
            SliceState prepared = crossing.moved(Phase.WRITE_CUTOVER, new Ramp(5_000));
            crossing.writes().hold(prepared);
            int done = 0;
            List<Future<Told>> held = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String id = "" + i;
                int bucket = dev.bailey.model.route.Bucket.of(ITEMS, id);
                if (bucket < 5_000) {
                    held.add(later(() -> crossing.put(id, "x")));
                } else {
                    assertThat(crossing.put(id, "x").isDone()).isTrue();
                    done++;
                }
            }
            assertThat(done).isPositive();
            await().until(() -> crossing.writes().held(ITEMS) == held.size());
            assertThat(crossing.writes().awaitQuiet(ITEMS, SOON)).isTrue();
            crossing.move(prepared);
            crossing.writes().release(ITEMS);
            for (Future<Told> told : held) {
                assertThat(told.get().side()).isEqualTo(Side.MODERN);
            }
        }
    }

    @Test
    void aWriteIntendedUnderAnOldRecordIsNotForwardedUnderIt() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.WRITE_CUTOVER)) {
            crossing.put("1", "warm");
            await().until(crossing::isQuiet);
            crossing.node().journal.hold();
            Future<Told> write = later(() -> crossing.put("1", "a"));
            await().until(() -> crossing.node().journal.held() == 1);
            crossing.move(crossing.moved(Phase.WRITE_CUTOVER, Ramp.FULL));
            crossing.node().journal.work();
            assertThat(write.get().side()).isEqualTo(Side.MODERN);
            await().until(crossing::isQuiet);
            assertThat(crossing.records(RecordState.REJECTED)).hasSize(1);
            assertThat(crossing.legacy.item("1")).isEqualTo("a");
            assertThat(crossing.modern.item("1")).isEqualTo("a");
            assertThat(crossing.modern.applications(write.get().key())).isEqualTo(1);
        }
    }

    @Test
    void aWriteWaitsUntilTheNewAuthorityHasTheEarlierOne() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.WRITE_CUTOVER)) {
            crossing.modern.faults(seen -> ItemService.Fault.FAIL_BEFORE);
            crossing.put("1", "a");
            crossing.move(crossing.moved(Phase.WRITE_CUTOVER, Ramp.FULL));
            Future<Told> next = later(() -> crossing.add("1", "b"));
            await().until(() -> crossing.modern.seen().size() > 1);
            assertThat(next.isDone()).isFalse();
            crossing.modern.faults(seen -> ItemService.Fault.NONE);
            assertThat(next.get().side()).isEqualTo(Side.MODERN);
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.item("1")).isEqualTo("a+b");
            assertThat(crossing.legacy.item("1")).isEqualTo("a+b");
        }
    }

    @Test
    void noWriteIsLostOrDoubledWhileAuthorityMovesToAndFroUnderLoad() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.WRITE_CUTOVER)) {
            AtomicBoolean over = new AtomicBoolean();
            ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 10; i++) {
                crossing.put("" + i, "a");
            }
            List<Future<?>> writers = new ArrayList<>();
            for (int client = 0; client < 8; client++) {
                int me = client;
                writers.add(clients.submit(() -> {
                    for (int n = 0; !over.get(); n++) {
                        told.add(crossing.add("" + (me * 7 + n) % 10, me + "." + n));
                    }
                    return null;
                }));
            }
            Ramp[] ramps = {new Ramp(3_000), Ramp.FULL, new Ramp(5_000), Ramp.NONE, Ramp.FULL};
            for (Ramp ramp : ramps) {
                SliceState prepared = crossing.moved(Phase.WRITE_CUTOVER, ramp);
                crossing.writes().hold(prepared);
                if (crossing.writes().awaitQuiet(ITEMS, SOON)
                        && crossing.writes().awaitFence(ITEMS, SOON)) {
                    crossing.move(prepared);
                }
                crossing.writes().release(ITEMS);
                int seen = told.size();
                await().until(() -> told.size() > seen + 20);
            }
            over.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }
            await().until(crossing::isQuiet);
            assertThat(crossing.state().ramp()).isEqualTo(Ramp.FULL);
            assertThat(told).allSatisfy(one -> assertThat(one.isDone()).isTrue());
            assertThat(crossing.legacy.items()).isEqualTo(crossing.modern.items());
            assertThat(told.stream().map(Told::side).distinct()).hasSize(2);
            long appended = crossing.modern.items().values().stream()
                    .mapToLong(text -> text.split("\\+").length - 1)
                    .sum();
            assertThat(appended).isEqualTo(told.size());
        }
    }

    @Test
    void writesWithoutAJournalAreWaitedForWhenThePhaseChanges() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.LEGACY_ONLY)) {
            var admitted = (WritePath.Admitted) crossing.admit(crossing.node(), "PUT", "/items/1", "a", null, true);
            assertThat(crossing.records(RecordState.values())).isEmpty();
            crossing.move(crossing.moved(Phase.DUAL_WRITE, Ramp.NONE));
            assertThat(crossing.writes().awaitOlderWrites(ITEMS, Duration.ofMillis(20)))
                    .isFalse();
            assertThat(crossing.put("2", "journalled").isDone()).isTrue();
            crossing.forward(crossing.node(), admitted, "PUT", "/items/1", "a");
            assertThat(crossing.writes().awaitOlderWrites(ITEMS, SOON)).isTrue();
            await().until(crossing::isQuiet);
            assertThat(crossing.modern.items()).containsOnlyKeys("2");
        }
    }

    @Test
    void theGapIsKeptAndCarriedBack() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.LEGACY_OFF)) {
            for (int i = 0; i < 5; i++) {
                crossing.put("" + i, "a");
                crossing.add("" + i, "b");
            }
            crossing.write("POST", "/items", "{\"text\":\"minted\"}", null);
            await().until(() -> crossing.node().journal.stats(ITEMS).gap() == 11);
            assertThat(crossing.legacy.items()).isEmpty();
            assertThat(crossing.backlog()).isZero();
            assertThat(crossing.writes().aheadSide(ITEMS, new EntityKey("1"))).isEmpty();
            crossing.crash();
            crossing.restart();
            List<Long> progress = new ArrayList<>();
            assertThat(crossing.writes().deliverGap(ITEMS, Side.MODERN, Duration.ofMinutes(1), progress::add))
                    .isEqualTo(new GapDelivery.Carried(6));
            assertThat(progress).containsExactly(6L);
            assertThat(crossing.legacy.items()).isEqualTo(crossing.modern.items());
            assertThat(crossing.node().journal.gap(ITEMS, Optional.empty(), 10)).isEmpty();
        }
    }

    @Test
    void aGapThatCannotBeCarriedStays() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.LEGACY_OFF)) {
            crossing.put("1", "a");
            await().until(() -> crossing.node().journal.stats(ITEMS).gap() == 1);
            crossing.legacy.down();
            assertThat(crossing.writes().deliverGap(ITEMS, Side.MODERN, Duration.ofMinutes(1), _ -> {}))
                    .isInstanceOf(GapDelivery.Unavailable.class);
            crossing.legacy.up();
            crossing.refreshAnswer = new Refresher.Refreshed.Refused(new EntityKey("1"), "no such customer");
            assertThat(crossing.writes().deliverGap(ITEMS, Side.MODERN, Duration.ofMinutes(1), _ -> {}))
                    .isEqualTo(new GapDelivery.Refused(new EntityKey("1"), "no such customer", 0));
            assertThat(crossing.node().journal.gap(ITEMS, Optional.empty(), 10)).hasSize(1);
        }
    }

    /** Writes are held while the rest of a gap is carried: it must not wait for an entity longer than they may be held. */
    @Test
    void aGapWaitsForAnEntityNoLongerThanItMay() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.LEGACY_OFF)) {
            crossing.put("1", "a");
            await().until(() -> crossing.node().journal.stats(ITEMS).gap() == 1);
            CountDownLatch copying = new CountDownLatch(1);
            CountDownLatch copied = new CountDownLatch(1);
            Thread copy = Thread.ofVirtual().start(() -> {
                try {
                    crossing.writes().withoutDelivery(ITEMS, List.of(new EntityKey("1")), () -> {
                        copying.countDown();
                        join(copied);
                        return "copied";
                    });
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            copying.await();
            assertThat(crossing.writes().deliverGap(ITEMS, Side.MODERN, Duration.ofMillis(100), _ -> {}))
                    .isEqualTo(new GapDelivery.OutOfTime(0));
            copied.countDown();
            copy.join();
            assertThat(crossing.writes().deliverGap(ITEMS, Side.MODERN, Duration.ofMinutes(1), _ -> {}))
                    .isEqualTo(new GapDelivery.Carried(1));
            assertThat(crossing.legacy.item("1")).isEqualTo("a");
        }
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
