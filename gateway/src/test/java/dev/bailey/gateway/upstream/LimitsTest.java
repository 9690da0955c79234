package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void aBreakerOpensOnTheShareOfFailuresOfAFullWindow() {
        Breaker breaker = new Breaker(50, 4, Duration.ofSeconds(5));
        breaker.record(false, 0);
        breaker.record(false, 0);
        breaker.record(true, 0);
        assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
        breaker.record(true, 0);
        assertThat(breaker.state()).isEqualTo(Breaker.State.OPEN);
        assertThat(breaker.tryPass(SECOND)).isFalse();
    }

    @Test
    void oldResultsLeaveTheWindow() {
        Breaker breaker = new Breaker(50, 4, Duration.ofSeconds(5));
        breaker.record(false, 0);
        for (int i = 0; i < 3; i++) {
            breaker.record(true, 0);
        }
        breaker.record(true, 0);
        breaker.record(false, 0);
        assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
    }

    @Test
    void oneProbeDecidesWhetherItClosesAgain() {
        Breaker breaker = new Breaker(100, 1, Duration.ofSeconds(5));
        breaker.record(false, 0);
        assertThat(breaker.tryPass(4 * SECOND)).isFalse();
        assertThat(breaker.tryPass(5 * SECOND)).isTrue();
        assertThat(breaker.tryPass(5 * SECOND)).as("one probe at a time").isFalse();
        breaker.record(false, 6 * SECOND);
        assertThat(breaker.tryPass(7 * SECOND)).isFalse();
        assertThat(breaker.tryPass(11 * SECOND)).isTrue();
        breaker.release();
        assertThat(breaker.tryPass(11 * SECOND))
                .as("a probe without a result gives way to the next")
                .isTrue();
        breaker.record(true, 11 * SECOND);
        assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
    }

    @Test
    void aCapLetsABurstOfATenthOfASecondPassAndThenItsRate() {
        RateCap cap = new RateCap(100, 0);
        assertThat(taken(cap, 0, 50)).isEqualTo(10);
        assertThat(taken(cap, SECOND / 100, 5)).isEqualTo(1);
        assertThat(taken(cap, 10 * SECOND, 50)).isEqualTo(10);
    }

    @Test
    void aSlowCapStillLetsOnePass() {
        RateCap cap = new RateCap(1, 0);
        assertThat(taken(cap, 0, 5)).isEqualTo(1);
        assertThat(taken(cap, SECOND, 5)).isEqualTo(1);
    }

    private static int taken(RateCap cap, long at, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += cap.tryTake(at) ? 1 : 0;
        }
        return taken;
    }
}
