package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.EntityStore;

/**
 * How many rows are asked for at once, so that what a driver holds of them stays near {@link EntityStore#PAGE_BYTES}: by the
 * heaviest row among the last ones. Thread-safe; what threads make of it at the same time need not be exact.
 */
final class FetchSize {

    /** So many are in memory at once where rows become heavy all of a sudden. */
    private static final int MOST = 128;

    private static final int FIRST = 8;
    private static final long UNKNOWN = EntityStore.PAGE_BYTES / FIRST;

    private volatile long heaviest = UNKNOWN;

    /** For a driver. */
    int rows() {
        return atMost(MOST);
    }

    /** For a select that is ended as soon as it has given too much. */
    int atMost(int rows) {
        return Math.clamp(EntityStore.PAGE_BYTES / heaviest, 1, rows);
    }

    /** Takes note of the heaviest row of a result. */
    void saw(long bytes) {
        heaviest = Math.max(1, bytes);
    }
}
