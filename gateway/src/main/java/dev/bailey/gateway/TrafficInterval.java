package dev.bailey.gateway;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one slice did between two looks.
 *
 * @param served requests answered to clients, by the side that served
 * @param shadowed mirrored requests, by the side that was asked
 * @param fallbacks reads that modern could not answer and legacy did
 * @param comparisons by result: match, accepted, noise, lag, difference
 * @param lost comparisons lost, by cause
 */
public record TrafficInterval(
        SliceName slice,
        Instant from,
        Instant to,
        Map<Side, SideInterval> served,
        Map<Side, SideInterval> shadowed,
        long fallbacks,
        Map<String, Long> comparisons,
        Map<String, Long> lost) {

    /**
     * One side's part.
     *
     * @param errors answers of 5xx, timeouts, connections refused or cut
     * @param latencyMicros time of the reads at that side, in microseconds
     */
    public record SideInterval(long reads, long writes, long errors, Histogram latencyMicros) {}
}
