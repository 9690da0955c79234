package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.bailey.datasync.backfill.BackfillResult;
import dev.bailey.datasync.backfill.Board;
import dev.bailey.datasync.backfill.Helping;
import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.BackfillSpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** One backfill over several nodes: whatever becomes of those that help, both stores are equal, and each part counts once. */
class SharedBackfillTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    /** A node that does not lead. */
    private record Helper(DataPlane plane, Helping helping) implements AutoCloseable {
        static Helper of(Flat flat, Board board) {
            return of(flat, board, () -> true, Helping.WITHIN);
        }

        static Helper of(Flat flat, Board board, BooleanSupplier mayHelp, Duration within) {
            DataPlane plane = Plane.open(flat.data(), new Plane.Kept(), Pending.NONE, board);
            return new Helper(plane, plane.help(mayHelp, within));
        }

        @Override
        public void close() {
            helping.close();
            plane.close();
        }
    }

    /** Whose looks wait until another node has taken a part: the first one is never the leader's own. */
    private static Board patient(TestBoard board) {
        return board.new View("leader") {
            @Override
            public List<Standing> look(SliceName slice, Duration lapse) throws StoreException {
                board.awaitClaim(SOON);
                return super.look(slice, lapse);
            }
        };
    }

    private static DataPlane leader(Flat flat, Progress progress, Board board) {
        return Plane.open(flat.data(), progress, Pending.NONE, board);
    }

    private static void assertEqual(Flat flat) throws Exception {
        assertThat(flat.modern()).isEqualTo(flat.legacy());
    }

    private static JobRecord done(DataPlane plane) {
        JobRecord job = Plane.ended(plane, plane.startBackfill(ORDERS));
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
        return job;
    }

    @Test
    void severalNodesCopyUnderHeavyWritesAndEndEqual() throws Exception {
        Flat flat = Flat.postgres(20_000);
        TestBoard board = new TestBoard(1, 2);
        try (FlatWriters writers = new FlatWriters(flat, 21_000);
                DataPlane leader = Plane.open(flat.data(), new Plane.Kept(), writers, patient(board));
                Helper b = Helper.of(flat, board.as("b"));
                Helper c = Helper.of(flat, board.as("c"))) {
            writers.start(leader, 4711);
            Awaitility.await().until(() -> writers.writes() > 50);
            JobRecord job = done(leader);
            long after = writers.writes();
            Awaitility.await().until(() -> writers.writes() > after + 50);
            writers.close();
            BackfillResult result = leader.lastBackfill(ORDERS).orElseThrow();
            assertThat(result.byOthers()).containsKeys("b", "c");
            assertThat(job.message()).contains("; parts by other nodes: b ");
            assertThat(result.refused()).isZero();
            assertThat(b.plane.jobs()).isEmpty();
            assertThat(c.plane.jobs()).isEmpty();
        }
        assertEqual(flat);
        assertThat(board.size()).isZero();
    }

    @Test
    void aNodeWithoutPartsToShareEndsInOrder() {
        Helping helping =
                Helping.start(new TestBoard(1, 2).as("b"), Map.of(), () -> true, System::nanoTime, Helping.WITHIN);
        assertThatCode(helping::close).doesNotThrowAnyException();
    }

    @Test
    void eachPartCountsOnceWhoeverCopiesIt() throws Exception {
        Flat flat = Flat.postgres(8_000);
        TestBoard board = new TestBoard(1, 2);
        try (DataPlane leader = leader(flat, new Plane.Kept(), patient(board));
                Helper _ = Helper.of(flat, board.as("b"));
                Helper _ = Helper.of(flat, board.as("c"))) {
            JobRecord job = done(leader);
            BackfillResult result = leader.lastBackfill(ORDERS).orElseThrow();
            assertThat(job.done()).isEqualTo(8_000);
            assertThat(result.written()).isEqualTo(8_000);
            long byOthers = result.byOthers().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(byOthers)
                    .isPositive()
                    .isEqualTo(board.taken().stream()
                            .filter(standing -> standing.state() == Board.State.COPIED)
                            .count());
        }
        assertEqual(flat);
    }

    /** What legacy has now, as its delivery puts it to modern. */
    private static void write(Flat flat, int id, int cents) {
        Shop.sql(flat.legacyUrl(), "update orders set cents = " + cents + " where id = " + id);
        Shop.sql(
                flat.modernUrl(),
                "insert into purchase select " + id + ", 'c' || " + id % 17 + ", " + cents / 100.0 + ", 'n' || " + id
                        + " on conflict (order_id) do update set total = excluded.total");
    }

    /** From now on every state that an order is given at modern is kept. */
    private static void recordStates(Flat flat) {
        Shop.sql(
                flat.modernUrl(),
                "create table history (at bigint generated always as identity, id bigint, total numeric(18, 2))");
        Shop.sql(flat.modernUrl(), """
                create function kept() returns trigger language plpgsql as
                'begin insert into history (id, total) values (new.order_id, new.total); return null; end'""");
        Shop.sql(
                flat.modernUrl(),
                "create trigger kept after insert or update on purchase for each row execute function kept()");
    }

    private static List<String> states(Flat flat, int id) throws Exception {
        List<String> states = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(flat.modernUrl());
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select total from history where id = " + id + " order by at")) {
            while (rows.next()) {
                states.add(rows.getString(1));
            }
        }
        return states;
    }

    @Test
    void anOlderStateThatAnotherNodeWroteOverANewerOneIsMended() throws Exception {
        Flat flat = Flat.postgres(100);
        recordStates(flat);
        TestBoard board = new TestBoard(1, 1);
        AtomicBoolean once = new AtomicBoolean();
        Board overtaken = board.new View("b") {
            @Override
            public boolean holds(Taken taken, Duration term) {
                if (once.compareAndSet(false, true)) {
                    write(flat, 1, 99_900);
                }
                return super.holds(taken, term);
            }
        };
        try (DataPlane leader = leader(flat, new Plane.Kept(), patient(board));
                Helper _ = Helper.of(flat, overtaken)) {
            done(leader);
        }
        assertThat(states(flat, 1)).containsExactly("999.00", "0.37", "999.00");
        assertEqual(flat);
    }

    /** As after kill -9: it has written something, and nothing is heard of it any more. */
    @Test
    void aPartOfANodeThatIsGoneIsDoneByTheLeaderOnceItsTimeIsOver() throws Exception {
        Flat flat = Flat.postgres(5_000);
        TestBoard board = new TestBoard(60, 1);
        Board silent = board.new View("b") {
            @Override
            public void copied(Taken taken, long written) {}

            @Override
            public void left(Taken taken) {}
        };
        try (DataPlane leader = leader(flat, new Plane.Kept(), patient(board));
                Helper _ = Helper.of(flat, silent)) {
            JobRecord job = done(leader);
            assertThat(job.done()).isEqualTo(5_000);
            assertThat(leader.lastBackfill(ORDERS).orElseThrow().byOthers()).isEmpty();
        }
        assertThat(board.taken())
                .extracting(Board.Standing::state)
                .contains(Board.State.LEFT)
                .doesNotContain(Board.State.COPIED);
        assertEqual(flat);
    }

    /** The look has said yes, and the process stands still: the database must not take what it writes when it wakes. */
    @Test
    void whoStoodStillPastItsTimeWritesNothingWhenItWakes() throws Exception {
        Flat flat = Flat.postgres(100);
        recordStates(flat);
        TestBoard board = new TestBoard(30, 1);
        CountDownLatch wakes = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Board still = board.new View("b") {
            @Override
            public boolean holds(Taken taken, Duration term) {
                boolean yes = super.holds(taken, term);
                await(wakes);
                return yes;
            }

            @Override
            public void left(Taken taken) {
                ended.countDown();
            }

            @Override
            public void copied(Taken taken, long written) {
                throw new AssertionError("it has written " + written);
            }
        };
        try (DataPlane leader = leader(flat, new Plane.Kept(), patient(board));
                Helper _ = Helper.of(flat, still, () -> true, Duration.ofMillis(300))) {
            done(leader);
            write(flat, 1, 99_900);
            wakes.countDown();
            await(ended);
        }
        assertThat(states(flat, 1)).containsExactly("0.37", "999.00");
        assertThat(states(flat, 2)).containsExactly("0.74");
        assertEqual(flat);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A node that has a part until it is told to go on. */
    private static final class Busy {
        final CountDownLatch goesOn = new CountDownLatch(1);
        final AtomicReference<Board.@Nullable Part> part = new AtomicReference<>();

        Board on(TestBoard board) {
            return board.new View("b") {
                @Override
                public boolean holds(Taken taken, Duration term) {
                    part.compareAndSet(null, taken.part());
                    await(goesOn);
                    return super.holds(taken, term);
                }
            };
        }
    }

    @Test
    void aBugInALookForPartsDoesNotEndTheLooks() throws Exception {
        Flat flat = Flat.postgres(2_000);
        TestBoard board = new TestBoard(1, 1);
        AtomicBoolean once = new AtomicBoolean();
        Board buggy = board.new View("b") {
            @Override
            public Optional<Taken> claim(Map<SliceName, String> shapes, Duration term) {
                if (once.compareAndSet(false, true)) {
                    throw new IllegalStateException("a bug");
                }
                return super.claim(shapes, term);
            }
        };
        try (DataPlane leader = leader(flat, new Plane.Kept(), patient(board));
                Helper _ = Helper.of(flat, buggy)) {
            done(leader);
            assertThat(leader.lastBackfill(ORDERS).orElseThrow().byOthers()).containsKey("b");
        }
        assertEqual(flat);
    }

    @Test
    void aNodeWhoseFileNamesAnotherDatabaseTakesNothing() throws Exception {
        Flat flat = Flat.postgres(2_000);
        Flat other = new Flat(flat.legacyUrl(), Flat.postgres(0).modernUrl());
        TestBoard board = new TestBoard(1, 1);
        CountDownLatch looked = new CountDownLatch(1);
        Board elsewhere = board.new View("b") {
            @Override
            public Optional<Taken> claim(Map<SliceName, String> shapes, Duration term) {
                boolean mayTake = board.size() > 0;
                Optional<Taken> taken = super.claim(shapes, term);
                if (mayTake) {
                    looked.countDown();
                }
                return taken;
            }
        };
        Board waiting = board.new View("leader") {
            @Override
            public List<Standing> look(SliceName slice, Duration lapse) throws StoreException {
                if (board.size() > 0) {
                    super.look(slice, SOON);
                    await(looked);
                }
                return super.look(slice, lapse);
            }
        };
        try (DataPlane leader = leader(flat, new Plane.Kept(), waiting);
                Helper _ = Helper.of(other, elsewhere)) {
            done(leader);
        }
        assertThat(looked.getCount()).isZero();
        assertThat(board.claimed()).isEmpty();
        assertThat(other.modern()).isEmpty();
        assertEqual(flat);
    }

    @Test
    void whoEndsWhileItTakesAPartLeavesIt() throws Exception {
        Flat flat = Flat.postgres(100);
        TestBoard board = new TestBoard(1, 1);
        CountDownLatch taking = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Board slow = board.new View("b") {
            @Override
            public Optional<Taken> claim(Map<SliceName, String> shapes, Duration term) {
                Optional<Taken> taken = super.claim(shapes, term);
                if (taken.isPresent()) {
                    taking.countDown();
                    // As an answer that is still on its way when the node ends, and comes when it has ended if nobody
                    // waits.
                    comesAfter(closed, Duration.ofMillis(300));
                }
                return taken;
            }
        };
        try (DataPlane leader = leader(flat, new Plane.Kept(), patient(board))) {
            Started started;
            try (Helper _ = Helper.of(flat, slow)) {
                started = leader.startBackfill(ORDERS);
                await(taking);
            }
            closed.countDown();
            // Long before its term is over.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> leader.job(Plane.id(started)).orElseThrow().state() == JobState.DONE);
        }
        assertEqual(flat);
    }

    /** Whatever interrupts it. */
    private static void comesAfter(CountDownLatch latch, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        boolean interrupted = false;
        for (long left = atMost.toNanos(); left > 0; left = end - System.nanoTime()) {
            try {
                if (latch.await(left, TimeUnit.NANOSECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theRateIsThatOfAllNodesTogether() throws Exception {
        Flat flat = Flat.postgres(3_000);
        TestBoard board = new TestBoard(1, 2);
        BackfillSpec bound = new BackfillSpec(3, 2_000, Duration.ofMillis(50), Optional.empty(), Optional.empty());
        try (DataPlane leader = Plane.open(
                        flat.data(flat.modernUrl(), bound), new Plane.Kept(), Pending.NONE, board.as("leader"));
                Helper _ = Helper.of(flat, board.as("b"));
                Helper _ = Helper.of(flat, board.as("c"))) {
            JobRecord job = done(leader);
            assertThat(job.done()).isEqualTo(3_000);
            assertThat(board.claimed()).isNotEmpty();
            // 3,000 at 2,000 a second; half of that where only the leader's own parts counted.
            assertThat(Duration.between(job.startedAt(), job.finishedAt().orElseThrow()))
                    .isGreaterThan(Duration.ofMillis(1_200));
        }
        assertEqual(flat);
    }

    @Test
    void aCancelledBackfillHasNotEndedBeforeTheOtherNodesAreDone() throws Exception {
        Flat flat = Flat.postgres(5_000);
        recordStates(flat);
        TestBoard board = new TestBoard(1, 1);
        Busy busy = new Busy();
        try (DataPlane leader = leader(flat, new Plane.Kept(), patient(board));
                Helper _ = Helper.of(flat, busy.on(board))) {
            Started started = leader.startBackfill(ORDERS);
            Awaitility.await().until(() -> busy.part.get() != null);
            leader.cancel(Plane.id(started));
            Awaitility.await()
                    .during(Duration.ofMillis(500))
                    .until(() -> leader.job(Plane.id(started)).orElseThrow().state() == JobState.RUNNING);
            write(flat, 1, 99_900);
            busy.goesOn.countDown();
            assertThat(Plane.ended(leader, started).state()).isEqualTo(JobState.CANCELLED);
            assertThat(board.size()).isZero();
            assertOvertakenAndMended(flat);
            assertThat(flat.legacy()).containsAll(flat.modern());
        }
    }

    /** An older state of the first order has been put over a newer one, and that back over it. */
    private static void assertOvertakenAndMended(Flat flat) throws Exception {
        assertThat(states(flat, 1)).containsExactly("999.00", "0.37", "999.00");
    }

    @Test
    void whatAnotherNodeWroteIsMendedWhileTheBackfillIsPaused() throws Exception {
        Flat flat = Flat.postgres(5_000);
        recordStates(flat);
        TestBoard board = new TestBoard(1, 1);
        Busy busy = new Busy();
        try (DataPlane leader = leader(flat, new Plane.Kept(), patient(board));
                Helper _ = Helper.of(flat, busy.on(board))) {
            Started started = leader.startBackfill(ORDERS);
            Awaitility.await().until(() -> busy.part.get() != null);
            leader.pause(Plane.id(started));
            write(flat, 1, 99_900);
            busy.goesOn.countDown();
            Awaitility.await().atMost(SOON).until(() -> states(flat, 1).size() == 3 && board.size() == 0);
            assertOvertakenAndMended(flat);
            assertThat(leader.job(Plane.id(started)).orElseThrow().state()).isEqualTo(JobState.RUNNING);
            leader.unpause(Plane.id(started));
            assertThat(Plane.ended(leader, started).state()).isEqualTo(JobState.DONE);
        }
        assertEqual(flat);
    }

    @Test
    void whatAnotherNodeWroteIsMendedWhileReplicasAreBehind() throws Exception {
        Flat flat = Flat.postgres(5_000);
        recordStates(flat);
        Shop.sql(flat.modernUrl(), "create table replica (behind numeric)");
        Shop.sql(flat.modernUrl(), "insert into replica values (12.5)");
        BackfillSpec bound = new BackfillSpec(
                3,
                0,
                Duration.ofMillis(50),
                Optional.of(Duration.ofSeconds(10)),
                Optional.of("select max(behind) from replica"));
        TestBoard board = new TestBoard(1, 1);
        Busy busy = new Busy();
        try (DataPlane leader =
                        Plane.open(flat.data(flat.modernUrl(), bound), new Plane.Kept(), Pending.NONE, patient(board));
                Helper _ = Helper.of(flat, busy.on(board))) {
            Started started = leader.startBackfill(ORDERS);
            Awaitility.await()
                    .until(() -> busy.part.get() != null
                            && leader.job(Plane.id(started))
                                    .orElseThrow()
                                    .message()
                                    .startsWith("waiting: replicas"));
            write(flat, 1, 99_900);
            busy.goesOn.countDown();
            Awaitility.await().atMost(SOON).until(() -> states(flat, 1).size() == 3);
            assertOvertakenAndMended(flat);
            Shop.sql(flat.modernUrl(), "update replica set behind = 0");
            assertThat(Plane.ended(leader, started).state()).isEqualTo(JobState.DONE);
        }
        assertEqual(flat);
    }

    @Test
    void whatAnotherNodeWroteIsMendedBeforeTheBackfillHasFailedOnAnotherPart() throws Exception {
        Flat flat = Flat.postgres(5_000);
        recordStates(flat);
        TestBoard board = new TestBoard(1, 1);
        Busy busy = new Busy();
        Plane.Kept progress = new Plane.Kept();
        AtomicBoolean once = new AtomicBoolean();
        progress.failing = (_, _) -> {
            board.awaitClaim(SOON);
            return !board.claimed().isEmpty() && once.compareAndSet(false, true);
        };
        try (DataPlane leader = leader(flat, progress, patient(board));
                Helper _ = Helper.of(flat, busy.on(board))) {
            Started started = leader.startBackfill(ORDERS);
            Awaitility.await().until(() -> once.get() && busy.part.get() != null);
            write(flat, 1, 99_900);
            busy.goesOn.countDown();
            JobRecord job = Plane.ended(leader, started);
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.message()).contains("cannot be kept").doesNotContain("other nodes");
            assertThat(board.size()).isZero();
            assertOvertakenAndMended(flat);
            assertThat(flat.legacy()).containsAll(flat.modern());
        }
    }

    @Test
    void aCancelledBackfillFailsAndIsGoneOnWithWhereWhatAnotherNodeWroteCannotBeLookedAt() throws Exception {
        Flat flat = Flat.postgres(5_000);
        recordStates(flat);
        TestBoard board = new TestBoard(1, 1);
        Busy busy = new Busy();
        AtomicBoolean away = new AtomicBoolean();
        Board patient = patient(board);
        Board losing = board.new View("leader") {
            @Override
            public List<Standing> look(SliceName slice, Duration lapse) throws StoreException {
                return patient.look(slice, lapse);
            }

            @Override
            public Optional<Standing> take(Part part) throws StoreException {
                Optional<Standing> was = super.take(part);
                if (away.get()) {
                    throw new StoreException("the answer is lost");
                }
                return was;
            }
        };
        try (DataPlane leader = Plane.open(
                        flat.data(),
                        new Plane.Kept(),
                        Pending.NONE,
                        losing,
                        duration -> Thread.sleep(Math.min(5, duration.toMillis())));
                Helper _ = Helper.of(flat, busy.on(board))) {
            Started started = leader.startBackfill(ORDERS);
            Awaitility.await().until(() -> busy.part.get() != null);
            away.set(true);
            leader.cancel(Plane.id(started));
            write(flat, 1, 99_900);
            busy.goesOn.countDown();
            JobRecord job = Plane.ended(leader, started);
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.message())
                    .contains("the answer is lost; parts that other nodes may have written are still to be looked at")
                    .endsWith("mend it and start it again: it goes on where it stood");
            away.set(false);
            Started again = leader.startBackfill(ORDERS);
            assertThat(again).isEqualTo(new Started.Running(job.id(), true));
            leader.cancel(job.id());
            assertThat(Plane.ended(leader, again).state()).isEqualTo(JobState.CANCELLED);
            assertOvertakenAndMended(flat);
            assertThat(flat.legacy()).containsAll(flat.modern());
        }
    }

    @Test
    void whoTakesOverTheLeadLeavesAPartToTheNodeThatIsAtIt() throws Exception {
        Flat flat = Flat.postgres(5_000);
        TestBoard board = new TestBoard(1, 1);
        Busy busy = new Busy();
        Plane.Kept kept = new Plane.Kept();
        Plane.Kept left = new Plane.Kept();
        try (Helper _ = Helper.of(flat, busy.on(board))) {
            try (DataPlane first = leader(flat, kept, patient(board))) {
                first.startBackfill(ORDERS);
                Awaitility.await().until(() -> busy.part.get() != null);
                // What a kill -9 would leave behind.
                left.saved.putAll(Map.copyOf(kept.saved));
            }
            try (DataPlane second = leader(flat, left, board.as("second"))) {
                String id = second.resumeInterrupted().getFirst();
                Awaitility.await()
                        .during(Duration.ofMillis(500))
                        .until(() -> second.job(id).orElseThrow().state() == JobState.RUNNING
                                && board.taken().stream()
                                        .noneMatch(standing -> standing.part().equals(busy.part.get())));
                busy.goesOn.countDown();
                JobRecord job = Plane.ended(second, new Started.Running(id, true));
                assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
                assertThat(job.done()).isEqualTo(5_000);
                assertThat(board.taken()).anyMatch(standing -> standing.part().equals(busy.part.get()));
            }
        }
        assertEqual(flat);
        assertThat(board.size()).isZero();
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void whileItIsPausedNobodyTakesPartsAnyMore() throws Exception {
        Flat flat = Flat.postgres(60_000);
        TestBoard board = new TestBoard(1, 1);
        AtomicBoolean mayHelp = new AtomicBoolean();
        try (DataPlane leader = leader(flat, new Plane.Kept(), board.as("leader"));
                Helper _ = Helper.of(flat, board.as("b"), mayHelp::get, Helping.WITHIN)) {
            String id = Plane.id(leader.startBackfill(ORDERS));
            Awaitility.await().until(() -> board.size() > 0);
            leader.pause(id);
            Awaitility.await().during(Duration.ofMillis(300)).until(board::isNothingToTake);
            mayHelp.set(true);
            Awaitility.await()
                    .during(Duration.ofMillis(500))
                    .until(() -> board.claimed().isEmpty());
            leader.unpause(id);
            assertThat(Plane.ended(leader, new Started.Running(id, false)).state())
                    .isEqualTo(JobState.DONE);
            assertThat(board.claimed()).isNotEmpty();
        }
        assertEqual(flat);
    }
}
