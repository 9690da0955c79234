package dev.bailey.journal.group;

import java.time.Duration;

/**
 * The bounds of a journal with one writer.
 *
 * @param queuedAppends appends that may wait for the writer; twice as many operations of all kinds
 * @param queuedBytes bytes of bodies and headers that may wait for the writer
 * @param groupOperations operations committed in one transaction at most
 * @param undeliveredPerSlice records of one slice that may be undelivered; above it appends answer {@code Full}
 * @param compactRows records removed in one transaction at most
 * @param probeEvery after a failure of the store: the least time between two tries to write again
 */
public record GroupBounds(
        int queuedAppends,
        long queuedBytes,
        int groupOperations,
        int undeliveredPerSlice,
        int compactRows,
        Duration probeEvery) {

    private static final long MIB = 1024L * 1024;
    private static final GroupBounds DEFAULTS =
            new GroupBounds(8_192, 64 * MIB, 1_024, 200_000, 250, Duration.ofMillis(200));

    public GroupBounds {
        positive("queuedAppends", queuedAppends);
        positive("queuedBytes", queuedBytes);
        positive("groupOperations", groupOperations);
        positive("undeliveredPerSlice", undeliveredPerSlice);
        positive("compactRows", compactRows);
        if (probeEvery.isNegative()) {
            throw new IllegalArgumentException("probeEvery is " + probeEvery + " (expected >= 0)");
        }
    }

    /** Bounds for one gateway on one machine. */
    public static GroupBounds defaults() {
        return DEFAULTS;
    }

    public GroupBounds withQueuedAppends(int limit) {
        return new GroupBounds(limit, queuedBytes, groupOperations, undeliveredPerSlice, compactRows, probeEvery);
    }

    public GroupBounds withUndeliveredPerSlice(int limit) {
        return new GroupBounds(queuedAppends, queuedBytes, groupOperations, limit, compactRows, probeEvery);
    }

    public GroupBounds withProbeEvery(Duration least) {
        return new GroupBounds(queuedAppends, queuedBytes, groupOperations, undeliveredPerSlice, compactRows, least);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + " (expected >= 1)");
        }
    }
}
