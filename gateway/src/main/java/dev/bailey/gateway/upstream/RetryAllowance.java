package dev.bailey.gateway.upstream;

import dev.bailey.gateway.upstream.RetryRule.Attempt;
import dev.bailey.gateway.upstream.RetryRule.Verdict;
import dev.bailey.model.spec.RetrySpec;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Which requests of one slice are sent again at one side, by rule and budget, and what became of them. Thread-safe, lock-free. */
public final class RetryAllowance {

    /** A side with little traffic may be retried so often in any case. */
    private static final int FLOOR_PER_SECOND = 3;

    /** With less left, another attempt would only add load. */
    private static final Duration MIN_LEFT = Duration.ofMillis(1);

    private final RetrySpec spec;
    private final RetryRule rule;
    private final RetryBudget budget;
    private final LongAdder[] results = new LongAdder[Result.values().length];

    /** What is counted. */
    public enum Result {
        /** Sent again. */
        SENT("sent"),
        /** Sent again, and answered with something else than 5xx. */
        ANSWERED("answered"),
        /** Not sent again, because too many were. */
        OVER_BUDGET("over-budget"),
        /** Not sent again, because its time was over. */
        NO_TIME("no-time");

        private final String label;

        Result(String label) {
            this.label = label;
        }

        /** As metrics show it. */
        public String label() {
            return label;
        }
    }

    RetryAllowance(RetrySpec spec, long nowNanos) {
        this.spec = spec;
        this.rule = new RetryRule(1 + (spec.isOn() ? spec.attempts() : 0), MIN_LEFT);
        this.budget = new RetryBudget(spec.budget(), FLOOR_PER_SECOND, nowNanos);
        for (int i = 0; i < results.length; i++) {
            results[i] = new LongAdder();
        }
    }

    RetrySpec spec() {
        return spec;
    }

    /** A request was sent for the first time. */
    public void sent() {
        budget.deposit();
    }

    /** Whether to send it again; true takes it out of the budget. */
    public boolean mayRetry(Attempt failed, long nowNanos) {
        Verdict verdict = rule.of(failed);
        if (verdict == Verdict.NO_TIME_LEFT) {
            count(Result.NO_TIME);
        }
        if (verdict != Verdict.RETRY) {
            return false;
        }
        boolean granted = budget.tryTake(nowNanos);
        count(granted ? Result.SENT : Result.OVER_BUDGET);
        return granted;
    }

    /** A request that was sent again got its answer, and it was not 5xx. */
    public void answered() {
        count(Result.ANSWERED);
    }

    private void count(Result result) {
        results[result.ordinal()].increment();
    }

    /** How often that happened so far. */
    public long counted(Result result) {
        return results[result.ordinal()].sum();
    }
}
