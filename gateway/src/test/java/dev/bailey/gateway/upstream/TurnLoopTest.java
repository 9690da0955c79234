package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUring;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnLoopTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private MultiThreadIoEventLoopGroup group;
    private EventExecutor loop;

    @BeforeEach
    void start() {
        assumeTrue(IoUring.isAvailable(), "io_uring is not there");
        group = Transport.IO_URING.eventLoops(1, "turn-loop-test");
        loop = group.next();
    }

    @AfterEach
    void stop() {
        if (group != null) {
            assertThat(group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void timeStandsStillInATurnAndNotForLong() throws Exception {
        List<Long> told = loop.submit(() -> {
                    List<Long> all = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        all.add(TurnLoop.now(loop));
                    }
                    return all;
                })
                .get();
        long different = told.stream().distinct().count();
        assertThat(different).isBetween(2L, 5L);
        assertThat(told).isSorted();
    }

    @Test
    void aTurnBeginsWithTheTimeAsItIs() throws Exception {
        loop.submit(() -> TurnLoop.now(loop)).get();
        long before = System.nanoTime();
        long inTurn = loop.schedule(() -> TurnLoop.now(loop), 20, TimeUnit.MILLISECONDS)
                .get();
        assertThat(inTurn).isBetween(before + 20 * MILLI, System.nanoTime());
    }

    @Test
    void anotherThreadIsToldTheTimeAsItIsWhileTheLoopSleeps() throws Exception {
        loop.submit(() -> TurnLoop.now(loop)).get();
        for (int i = 0; i < 200; i++) {
            long before = System.nanoTime();
            assertThat(TurnLoop.now(loop)).isBetween(before, System.nanoTime());
        }
    }

    /** Had the sleeping loop's clock counted, it would have run at once. */
    @Test
    void whatAnotherThreadSchedulesOnASleepingLoopIsNotEarly() throws Exception {
        loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).get();
        CountDownLatch slept = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            LockSupport.parkNanos(300 * MILLI);
            slept.countDown();
        });
        slept.await();
        long before = System.nanoTime();
        long ran = loop.schedule(System::nanoTime, 200, TimeUnit.MILLISECONDS).get();
        assertThat(ran - before).isGreaterThanOrEqualTo(200 * MILLI);
    }

    @Test
    void whatIsDueRunsOnALoopThatHasNothingElseToDo() throws Exception {
        for (long millis : new long[] {0, 1, 5, 60, 5, 0}) {
            long before = System.nanoTime();
            long ran = loop.schedule(System::nanoTime, millis, TimeUnit.MILLISECONDS)
                    .get();
            assertThat(ran - before).isGreaterThanOrEqualTo(millis * MILLI);
        }
    }

    /** More alarms than the kernel is given at once, each for a moment before the last one's. */
    @Test
    void everythingRunsHoweverManyMomentsAreWaitedFor() throws Exception {
        int tasks = 60;
        List<Integer> ran = new ArrayList<>();
        CompletableFuture<List<Integer>> all = new CompletableFuture<>();
        for (int i = tasks; i > 0; i--) {
            int number = i;
            loop.submit(() -> loop.schedule(
                            () -> {
                                ran.add(number);
                                if (ran.size() == tasks) {
                                    all.complete(List.copyOf(ran));
                                }
                            },
                            500 + 20L * number,
                            TimeUnit.MILLISECONDS))
                    .get();
        }
        assertThat(all.get(30, TimeUnit.SECONDS)).hasSize(tasks).doesNotHaveDuplicates();
    }

    @Test
    void aLoopThatWaitsForAFarMomentEndsWhenItIsTold() throws Exception {
        loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        loop.submit(() -> {}).get();
        assertThat(group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void otherLoopsAreAskedNoTurns() {
        long before = System.nanoTime();
        assertThat(TurnLoop.now(GlobalEventExecutor.INSTANCE)).isBetween(before, System.nanoTime());
    }
}
