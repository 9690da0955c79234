package dev.bailey.control.orchestrate;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one slice did between two looks, about a second apart. Sent also when nothing happened: silence is no data, zero is.
 *
 * @param served requests answered to clients, by the side that served; replication is not among them
 * @param shadowed mirrored requests, by the side that was asked
 * @param fallbacks reads that modern could not answer and legacy did (they count as served by legacy)
 * @param comparisons by result: match, accepted, noise, lag, difference
 * @param lost comparisons lost, by cause
 */
public record Interval(
        SliceName slice,
        Instant from,
        Instant to,
        Map<Side, OfSide> served,
        Map<Side, OfSide> shadowed,
        long fallbacks,
        Map<String, Long> comparisons,
        Map<String, Long> lost) {

    public Interval {
        served = Map.copyOf(served);
        shadowed = Map.copyOf(shadowed);
        comparisons = Map.copyOf(comparisons);
        lost = Map.copyOf(lost);
    }

    /**
     * One side's part.
     *
     * @param errors answers of 5xx, timeouts, connections refused or cut
     * @param latencyMicros time of the reads at that side, in microseconds; read, never kept
     */
    public record OfSide(long reads, long writes, long errors, Histogram latencyMicros) {}
}
