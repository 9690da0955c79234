package dev.bailey.gateway.shadow;

import java.util.Map;

/** Comparisons of a slice since the start: those that came to a result, and those lost by cause. */
public record ShadowTotals(long compared, Map<String, Long> lost) {
    public ShadowTotals {
        lost = Map.copyOf(lost);
    }
}
