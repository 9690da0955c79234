package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.upstream.RetryRule.Attempt;
import dev.bailey.gateway.upstream.RetryRule.Verdict;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void aSideThatFailsAltogetherGetsTheShareOnTopAndNoMore() {
        RetryBudget budget = new RetryBudget(0.1, 1, 0);
        int requests = 100_000;
        long perRequest = SECOND / 10_000;
        int retried = 0;
        for (int i = 0; i < requests; i++) {
            budget.deposit();
            retried += budget.tryTake(i * perRequest) ? 1 : 0;
        }
        int seconds = requests / 10_000;
        assertThat(retried).isBetween(requests / 10, requests / 10 + seconds + 1);
    }

    @Test
    void whatIsSavedUpIsBounded() {
        RetryBudget budget = new RetryBudget(0.1, 1, 0);
        for (int i = 0; i < 1_000_000; i++) {
            budget.deposit();
        }
        int taken = 0;
        while (budget.tryTake(0)) {
            taken++;
        }
        assertThat(taken).isBetween(RetryBudget.BURST, RetryBudget.BURST + 2);
    }

    @Test
    void aSideWithLittleTrafficHasTheFloor() {
        RetryBudget budget = new RetryBudget(0.1, 2, 0);
        int retried = 0;
        for (int second = 0; second < 10; second++) {
            budget.deposit();
            retried += budget.tryTake(second * SECOND) ? 1 : 0;
        }
        assertThat(retried).isEqualTo(10);
    }

    private static final RetryRule RULE = new RetryRule(2, Duration.ofMillis(5));

    private static Attempt failed() {
        return new Attempt(true, true, true, true, SECOND, 1);
    }

    @Test
    void aReadThatWasLostIsSentOnceMore() {
        assertThat(RULE.of(failed())).isEqualTo(Verdict.RETRY);
        assertThat(RULE.of(new Attempt(true, true, true, true, SECOND, 2))).isEqualTo(Verdict.ENOUGH_ATTEMPTS);
    }

    @Test
    void whatIsNotSafeIsSentAgainOnlyWhereNothingWasSent() {
        assertThat(RULE.of(new Attempt(false, true, true, true, SECOND, 1))).isEqualTo(Verdict.NOT_SAFE);
        assertThat(RULE.of(new Attempt(false, false, true, true, SECOND, 1))).isEqualTo(Verdict.RETRY);
    }

    @Test
    void aBodyThatIsGoneAnAnswerThatBeganAndADeadlineStandAgainstIt() {
        assertThat(RULE.of(new Attempt(true, false, false, true, SECOND, 1))).isEqualTo(Verdict.BODY_GONE);
        assertThat(RULE.of(new Attempt(true, true, true, false, SECOND, 1))).isEqualTo(Verdict.ANSWER_BEGAN);
        assertThat(RULE.of(
                        new Attempt(true, true, true, true, Duration.ofMillis(4).toNanos(), 1)))
                .isEqualTo(Verdict.NO_TIME_LEFT);
        assertThat(new RetryRule(2, Duration.ZERO).of(new Attempt(true, true, true, true, 0, 1)))
                .isEqualTo(Verdict.NO_TIME_LEFT);
    }
}
