package dev.bailey.benchmarks.nodes;

/** Quantiles of figures in order. */
final class Quantiles {

    private Quantiles() {}

    /** @param quantile from 0 to 1, which is the greatest */
    static double of(double[] sorted, double quantile) {
        return sorted.length == 0
                ? 0
                : sorted[(int) Math.min(sorted.length - 1L, (long) Math.ceil(quantile * sorted.length) - 1)];
    }
}
