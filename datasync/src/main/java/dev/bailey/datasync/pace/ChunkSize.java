package dev.bailey.datasync.pace;

import java.time.Duration;

/**
 * How many documents a chunk has so that it takes about as long as it should, half a second by default. Thread-safe. At most doubles and at most halves
 * from chunk to chunk, so that one odd chunk does not carry far.
 */
public final class ChunkSize {

    private static final Duration AIM = Duration.ofMillis(500);

    private final long aimNanos;
    private final int min;
    private final int max;
    private int size;

    public ChunkSize(int initial, int min, int max) {
        this(initial, min, max, AIM);
    }

    public ChunkSize(int initial, int min, int max, Duration aim) {
        this.aimNanos = aim.toNanos();
        this.min = min;
        this.max = max;
        this.size = initial;
    }

    public synchronized int get() {
        return size;
    }

    /** Takes note of a whole chunk's size and time. */
    public synchronized void took(long documents, long nanos) {
        double aimed = documents * (double) aimNanos / Math.max(nanos, 1);
        double bounded = Math.clamp(aimed, size / 2.0, size * 2.0);
        size = (int) Math.clamp(bounded, min, max);
    }
}
