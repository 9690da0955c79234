package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.upstream.RetryAllowance.Result;
import dev.bailey.gateway.upstream.RetryRule.Attempt;
import dev.bailey.model.spec.RetrySpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryAllowanceTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Attempt LOST = new Attempt(true, true, true, true, SECOND, 1);

    @Test
    void aLostReadIsSentAgainWhileTheBudgetLasts() {
        RetryAllowance retries = new RetryAllowance(new RetrySpec(0.5, 1), 0);
        for (int i = 0; i < 10; i++) {
            retries.sent();
        }
        int granted = 0;
        for (int i = 0; i < 10; i++) {
            granted += retries.mayRetry(LOST, 0) ? 1 : 0;
        }
        assertThat(granted).as("half of ten, and one of the floor").isEqualTo(6);
        retries.answered();
        assertThat(retries.counted(Result.SENT)).isEqualTo(6);
        assertThat(retries.counted(Result.OVER_BUDGET)).isEqualTo(4);
        assertThat(retries.counted(Result.ANSWERED)).isEqualTo(1);
    }

    @Test
    void whatMayNotBeRepeatedTakesNothingOutOfTheBudget() {
        RetryAllowance retries = new RetryAllowance(new RetrySpec(1, 1), 0);
        retries.sent();
        for (int i = 0; i < 100; i++) {
            assertThat(retries.mayRetry(new Attempt(false, true, true, true, SECOND, 1), 0))
                    .isFalse();
            assertThat(retries.mayRetry(new Attempt(true, true, true, true, -1, 1), 0))
                    .isFalse();
        }
        assertThat(retries.mayRetry(LOST, 0)).isTrue();
        assertThat(retries.counted(Result.NO_TIME)).isEqualTo(100);
    }

    @Test
    void turnedOffNothingIsRetried() {
        assertThat(new RetryAllowance(new RetrySpec(0.5, 0), 0).mayRetry(LOST, 0))
                .isFalse();
        assertThat(new RetryAllowance(new RetrySpec(0, 3), 0).mayRetry(LOST, 0)).isFalse();
    }
}
