package dev.bailey.model.spec;

import dev.bailey.model.phase.Side;
import java.time.Duration;
import java.util.Map;

/**
 * Limits of a slice.
 *
 * @param timeout of one request at an upstream
 * @param breakerFailures share of failures, in percent, that opens the breaker
 * @param breakerOf over how many of the last requests
 * @param breakerOpen how long it stays open before it tries again
 * @param ratePerSecond exposure cap by side; absent means none
 */
public record LimitsSpec(
        Duration timeout, int breakerFailures, int breakerOf, Duration breakerOpen, Map<Side, Integer> ratePerSecond) {

    public static final LimitsSpec DEFAULTS =
            new LimitsSpec(Duration.ofSeconds(5), 50, 100, Duration.ofSeconds(5), Map.of());

    public LimitsSpec {
        ratePerSecond = Map.copyOf(ratePerSecond);
    }
}
