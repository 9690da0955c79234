package dev.bailey.gateway.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.spec.IntakeSpec;
import dev.bailey.testkit.FakeClock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SheddingTest {

    private static final Duration BOUND = Duration.ofMillis(500);
    private static final long MIB = 1 << 20;

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final FakeClock clock = FakeClock.atNoon();

    private Shedding shedding(int maxInFlight, int loops) {
        return new Shedding(new IntakeSpec(Duration.ofSeconds(10), 0, maxInFlight, BOUND), 100 * MIB, loops, meters);
    }

    /** A loop that measures with the test's clock. */
    private LoopLoad loop(Shedding of) {
        LoopLoad loop = of.loop(0);
        loop.tick(clock.nanoTime().getAsLong());
        for (int i = 0; i < 50; i++) {
            late(loop, Duration.ZERO);
        }
        return loop;
    }

    private void late(LoopLoad loop, Duration by) {
        clock.advance(Duration.ofNanos(LoopLoad.EVERY_NANOS).plus(by));
        loop.tick(clock.nanoTime().getAsLong());
    }

    private static int refused(LoopLoad loop, int asked) {
        int refused = 0;
        for (int i = 0; i < asked; i++) {
            refused += loop.refuses() == ShedCause.LOOP_DELAY ? 1 : 0;
        }
        return refused;
    }

    @Test
    void aLoopInTimeTakesEverything() {
        LoopLoad loop = loop(shedding(10, 1));
        assertThat(refused(loop, 1_000)).isZero();
        late(loop, Duration.ofMillis(1_500));
        assertThat(refused(loop, 1_000)).as("one pause is no load").isZero();
        for (int i = 0; i < 50; i++) {
            late(loop, Duration.ZERO);
        }
        late(loop, Duration.ofMinutes(1));
        for (int i = 0; i < 10; i++) {
            assertThat(refused(loop, 1_000)).as("a machine that slept is none").isZero();
            late(loop, Duration.ZERO);
        }
    }

    @Test
    void aLoopThatStaysLateRefusesMoreAndMoreAndThenLessAndLess() {
        LoopLoad loop = loop(shedding(10, 1));
        int before = 0;
        for (int i = 0; i < 5; i++) {
            late(loop, Duration.ofSeconds(2));
        }
        for (int i = 0; i < 4; i++) {
            late(loop, Duration.ofSeconds(2));
            int now = refused(loop, 1_000);
            assertThat(now).isGreaterThan(before).isLessThan(1_000);
            before = now;
        }
        for (int i = 0; i < 10; i++) {
            late(loop, Duration.ofSeconds(2));
        }
        assertThat(refused(loop, 1_000)).isEqualTo(1_000);

        while (loop.delayNanos() > BOUND.toNanos() / 2) {
            late(loop, Duration.ofMillis(10));
        }
        int ticks = 0;
        before = 1_000;
        while (before > 0) {
            late(loop, Duration.ofMillis(10));
            int now = refused(loop, 1_000);
            assertThat(now).isLessThan(before);
            before = now;
            ticks++;
        }
        assertThat(ticks * LoopLoad.EVERY_NANOS)
                .as("back within 3 s")
                .isLessThan(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void betweenHalfTheBoundAndTheBoundTheShareStays() {
        LoopLoad loop = loop(shedding(10, 1));
        for (int i = 0; i < 5; i++) {
            late(loop, Duration.ofSeconds(2));
        }
        while (loop.delayNanos() > BOUND.toNanos()) {
            late(loop, Duration.ofMillis(400));
        }
        int before = refused(loop, 1_000);
        for (int i = 0; i < 20; i++) {
            late(loop, Duration.ofMillis(400));
        }
        assertThat(refused(loop, 1_000)).isCloseTo(before, Offset.offset(1)).isPositive();
    }

    @Test
    void requestsUnderWayAreBoundedOverAllLoopsTogether() {
        Shedding shedding = shedding(10, 2);
        LoopLoad one = shedding.loop(0);
        LoopLoad other = shedding.loop(1);
        for (int i = 0; i < 8; i++) {
            assertThat(one.refuses()).as("what the other leaves free is taken").isNull();
            one.began();
        }
        for (int i = 0; i < 2; i++) {
            assertThat(other.refuses()).isNull();
            other.began();
        }
        assertThat(one.refuses()).isEqualTo(ShedCause.IN_FLIGHT);
        assertThat(other.refuses()).as("a loop's own share is its own").isNull();
        one.ended();
        assertThat(one.refuses()).isNull();
        assertThat(shedding.inFlight()).isEqualTo(9);
        assertThat(shedding.shed(ShedCause.IN_FLIGHT)).isEqualTo(1);
    }

    @Test
    void whenBytesRunOutNewRequestsWaitUntilThereIsRoomAgain() {
        Shedding shedding = shedding(10, 1);
        HeldBytes bytes = shedding.bytes();
        assertThat(bytes.tryHold(89 * MIB)).isTrue();
        assertThat(shedding.loop(0).refuses()).isNull();
        assertThat(bytes.tryHold(5 * MIB)).isTrue();
        assertThat(shedding.loop(0).refuses()).isEqualTo(ShedCause.HELD_BYTES);
        assertThat(bytes.tryHold(7 * MIB)).isFalse();
        assertThat(bytes.tryHold(6 * MIB)).as("those under way go on").isTrue();
        bytes.release(15 * MIB);
        assertThat(shedding.loop(0).refuses()).isEqualTo(ShedCause.HELD_BYTES);
        bytes.release(6 * MIB);
        assertThat(shedding.loop(0).refuses()).isNull();
        assertThat(bytes.held()).isEqualTo(79 * MIB);
    }

    @Test
    void clientsAreToldToComeBackOneAfterTheOther() {
        LoopLoad loop = loop(shedding(10, 1));
        Set<Integer> told = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            told.add(loop.retryAfterSeconds());
        }
        assertThat(told).containsExactlyInAnyOrder(1, 2, 3);
        for (int i = 0; i < 30; i++) {
            late(loop, Duration.ofSeconds(2));
        }
        told.clear();
        for (int i = 0; i < 30; i++) {
            told.add(loop.retryAfterSeconds());
        }
        assertThat(told).hasSize(10).contains(1, 10);
    }

    @Test
    void aLoopThatIsBusyMeasuresIt() throws InterruptedException {
        DefaultEventLoop executor = new DefaultEventLoop();
        try {
            LoopLoad loop = shedding(10, 1).loop(0);
            executor.execute(() -> loop.measure(executor, System::nanoTime));
            CountDownLatch busy = new CountDownLatch(1);
            executor.execute(() -> {
                try {
                    busy.await(1, TimeUnit.SECONDS);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            Awaitility.await()
                    .until(() -> loop.delayNanos() > Duration.ofMillis(20).toNanos());
            executor.submit(loop::stop).sync();
        } finally {
            executor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void metricsShowDelayAndCauses() {
        Shedding shedding = shedding(1, 1);
        LoopLoad loop = loop(shedding);
        late(loop, Duration.ofSeconds(1));
        loop.began();
        loop.refuses();
        assertThat(meters.scrape())
                .contains("bailey_loop_delay_seconds{loop=\"0\"} 0.3")
                .contains("bailey_shed_total{cause=\"in-flight\"} 1.0")
                .contains("bailey_shed_total{cause=\"loop-delay\"} 0.0");
    }
}
