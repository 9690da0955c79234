package dev.bailey.control.orchestrate;

import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Counts of latencies in buckets that grow by 2 %, so that any quantile is known to 1 %, and thousands of seconds fit into
 * memory: only buckets in use are kept. Immutable.
 */
final class Latencies {

    static final Latencies NONE = new Latencies(new int[0], new int[0]);

    private static final double LOG_BASE = Math.log(1.02);

    /** 1.02^1023 µs is about ten minutes; slower answers count as that. */
    private static final int BUCKETS = 1_024;

    private final int[] buckets;
    private final int[] counts;

    private Latencies(int[] buckets, int[] counts) {
        this.buckets = buckets;
        this.counts = counts;
    }

    static Latencies of(Histogram histogram) {
        Total total = new Total();
        for (HistogramIterationValue value : histogram.recordedValues()) {
            total.dense[bucket(value.getValueIteratedTo())] += value.getCountAtValueIteratedTo();
        }
        return total.sealed();
    }

    /** As {@code bucket:count} pairs, for a table. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < buckets.length; i++) {
            text.append(i == 0 ? "" : " ").append(buckets[i]).append(':').append(counts[i]);
        }
        return text.toString();
    }

    static Latencies parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        String[] pairs = text.split(" ");
        int[] buckets = new int[pairs.length];
        int[] counts = new int[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            int colon = pairs[i].indexOf(':');
            buckets[i] = Integer.parseInt(pairs[i].substring(0, colon));
            counts[i] = Integer.parseInt(pairs[i].substring(colon + 1));
        }
        return new Latencies(buckets, counts);
    }

    private static int bucket(long micros) {
        return micros <= 1 ? 0 : Math.min(BUCKETS - 1, (int) (Math.log((double) micros) / LOG_BASE));
    }

    /** A sum of counts, growing. Not thread-safe. */
    static final class Total {
        private final long[] dense = new long[BUCKETS];

        void add(Latencies latencies) {
            for (int i = 0; i < latencies.buckets.length; i++) {
                dense[latencies.buckets[i]] += latencies.counts[i];
            }
        }

        long count() {
            return Arrays.stream(dense).sum();
        }

        /** The latency in µs of the {@code rank}-th fastest answer, counted from 1. */
        double atRank(long rank) {
            long seen = 0;
            for (int i = 0; i < BUCKETS; i++) {
                seen += dense[i];
                if (seen >= rank) {
                    return Math.exp((i + 0.5) * LOG_BASE);
                }
            }
            throw new IllegalArgumentException("rank " + rank + " (expected at most " + seen + ")");
        }

        double quantile(double q) {
            return atRank(Math.max(1, (long) Math.ceil(q * count())));
        }

        Latencies sealed() {
            int used = (int) Arrays.stream(dense).filter(count -> count > 0).count();
            int[] buckets = new int[used];
            int[] counts = new int[used];
            int at = 0;
            for (int i = 0; i < BUCKETS; i++) {
                if (dense[i] > 0) {
                    buckets[at] = i;
                    counts[at++] = (int) Math.min(Integer.MAX_VALUE, dense[i]);
                }
            }
            return new Latencies(buckets, counts);
        }
    }
}
