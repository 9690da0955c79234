package dev.bailey.model.spec;

import dev.bailey.model.phase.Side;
import java.time.Duration;
import java.util.Map;

/**
 * Limits of a slice.
 *
 * @param timeout a request's own time: all its attempts together
 * @param breakerFailures share of failures, in percent, that opens the breaker
 * @param breakerOf over how many of the last requests
 * @param breakerOpen how long it stays open before it tries again
 * @param ratePerSecond exposure cap by side; absent means none
 * @param concurrency bulkhead: requests under way by side; absent means none
 * @param retry when a request is sent again to the same side
 * @param fallbackAfter a read that modern has not begun to answer by then is given to legacy; below {@code timeout}
 */
public record LimitsSpec(
        Duration timeout,
        int breakerFailures,
        int breakerOf,
        Duration breakerOpen,
        Map<Side, Integer> ratePerSecond,
        Map<Side, Integer> concurrency,
        RetrySpec retry,
        Duration fallbackAfter) {

    public static final LimitsSpec DEFAULTS =
            new LimitsSpec(Duration.ofSeconds(5), 50, 100, Duration.ofSeconds(5), Map.of());

    public LimitsSpec {
        ratePerSecond = Map.copyOf(ratePerSecond);
        concurrency = Map.copyOf(concurrency);
        if (fallbackAfter.compareTo(timeout) >= 0) {
            throw new IllegalArgumentException(
                    "fallbackAfter " + fallbackAfter + " (expected less than the timeout, " + timeout + ")");
        }
    }

    /** No bulkhead, retries as usual, and half of the request's time for modern to begin its answer. */
    public LimitsSpec(
            Duration timeout,
            int breakerFailures,
            int breakerOf,
            Duration breakerOpen,
            Map<Side, Integer> ratePerSecond) {
        this(
                timeout,
                breakerFailures,
                breakerOf,
                breakerOpen,
                ratePerSecond,
                Map.of(),
                RetrySpec.DEFAULTS,
                timeout.dividedBy(2));
    }

    public LimitsSpec withConcurrency(Map<Side, Integer> most) {
        return new LimitsSpec(
                timeout, breakerFailures, breakerOf, breakerOpen, ratePerSecond, most, retry, fallbackAfter);
    }

    public LimitsSpec withRetry(RetrySpec own) {
        return new LimitsSpec(
                timeout, breakerFailures, breakerOf, breakerOpen, ratePerSecond, concurrency, own, fallbackAfter);
    }

    public LimitsSpec withFallbackAfter(Duration after) {
        return new LimitsSpec(
                timeout, breakerFailures, breakerOf, breakerOpen, ratePerSecond, concurrency, retry, after);
    }
}
