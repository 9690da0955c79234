package dev.bailey.datasync.pace;

import java.time.Duration;
import java.util.Arrays;

/**
 * Gives way to a store's own load: when the median time to read a document grows beyond three times the best it has been over
 * a while, each chunk is followed by a pause as long as itself. Thread-safe.
 */
public final class Throttle {

    private static final int WINDOW = 8;
    private static final int TIMES = 3;
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final double easeNanos;
    private final double[] recent = new double[WINDOW];
    private long samples;
    private double best;

    public Throttle() {
        this(Duration.ZERO);
    }

    /** @param ease a time for a document that is never too long */
    public Throttle(Duration ease) {
        this.easeNanos = ease.toNanos();
    }

    /** Takes note of a read; reads of nothing tell nothing. */
    public synchronized void read(int documents, long nanos) {
        if (documents == 0) {
            return;
        }
        recent[(int) (samples++ % WINDOW)] = nanos / (double) documents;
        if (samples % WINDOW == 0) {
            best = samples == WINDOW ? median() : Math.min(best, median());
        }
    }

    /** How long to pause after a chunk that took so long; zero while the stores are at ease. */
    public synchronized Duration after(long chunkNanos) {
        return isStrained() ? Duration.ofNanos(Math.min(chunkNanos, LONGEST.toNanos())) : Duration.ZERO;
    }

    public synchronized boolean isStrained() {
        return samples > WINDOW && median() > Math.max(easeNanos, TIMES * best);
    }

    private double median() {
        double[] sorted = recent.clone();
        Arrays.sort(sorted);
        return sorted[WINDOW / 2];
    }
}
