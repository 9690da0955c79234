package dev.bailey.control.orchestrate;

import dev.bailey.model.phase.Side;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a slice does right now.
 *
 * @param over the time the figures are taken over
 * @param sides by side, served and mirrored requests together for latency, served ones alone for the rate
 * @param fallbacksPerSecond reads that modern could not answer and legacy did
 * @param comparedPerSecond comparisons that came to a result
 * @param differences share of disallowed differences among them; empty without any
 */
public record Live(
        Duration over,
        Map<Side, LiveSide> sides,
        double fallbacksPerSecond,
        double comparedPerSecond,
        OptionalDouble differences) {

    public Live {
        sides = Map.copyOf(sides);
    }

    /**
     * @param requestsPerSecond served to clients
     * @param mirroredPerSecond asked for comparison only
     * @param errors share of failures, 0 to 1; empty without requests
     */
    public record LiveSide(
            double requestsPerSecond,
            double mirroredPerSecond,
            OptionalDouble errors,
            OptionalDouble p50Micros,
            OptionalDouble p99Micros) {}
}
