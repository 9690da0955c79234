package dev.bailey.gateway.shadow;

import dev.bailey.gateway.TrafficInterval.SideInterval;
import dev.bailey.model.phase.Side;
import java.util.Map;

/**
 * Comparisons of one slice between two looks.
 *
 * @param shadowed mirrored requests by the side that was asked
 * @param comparisons by result: match, accepted, noise, lag, difference
 * @param lost by cause
 */
public record ShadowInterval(Map<Side, SideInterval> shadowed, Map<String, Long> comparisons, Map<String, Long> lost) {
    public ShadowInterval {
        shadowed = Map.copyOf(shadowed);
        comparisons = Map.copyOf(comparisons);
        lost = Map.copyOf(lost);
    }
}
