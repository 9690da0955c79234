package dev.bailey.datasync.pace;

import java.time.Duration;

/**
 * How many documents a chunk has so that it takes about half a second. Thread-safe. At most doubles and at most halves
 * from chunk to chunk, so that one odd chunk does not carry far.
 */
public final class ChunkSize {

    private static final long AIM_NANOS = Duration.ofMillis(500).toNanos();

    private final int min;
    private final int max;
    private int size;

    public ChunkSize(int initial, int min, int max) {
        this.min = min;
        this.max = max;
        this.size = initial;
    }

    public synchronized int get() {
        return size;
    }

    /** Takes note of a whole chunk's size and time. */
    public synchronized void took(int documents, long nanos) {
        double aimed = documents * (double) AIM_NANOS / Math.max(nanos, 1);
        double bounded = Math.clamp(aimed, size / 2.0, size * 2.0);
        size = (int) Math.clamp(bounded, min, max);
    }
}
