package dev.bailey.benchmarks.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** The same figure over several rounds: median, least and greatest. Immutable. */
public final class Series {

    private final double[] sorted;

    private Series(double[] sorted) {
        this.sorted = sorted;
    }

    public static Series of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values (expected one a round)");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return new Series(sorted);
    }

    public double median() {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    public double min() {
        return sorted[0];
    }

    public double max() {
        return sorted[sorted.length - 1];
    }

    /** {@code median [min–max]} with so many decimals. */
    public String show(int decimals) {
        String number = "%,." + decimals + "f";
        return String.format(Locale.ROOT, number + " [" + number + "–" + number + "]", median(), min(), max());
    }
}
