package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.GroupBounds;
import java.time.Duration;

/**
 * The bounds of an embedded journal.
 *
 * @param queuedAppends appends that may wait for the writer; twice as many operations of all kinds
 * @param queuedBytes bytes of bodies and headers that may wait for the writer
 * @param groupOperations operations committed in one transaction at most
 * @param undeliveredPerSlice records of one slice that may be undelivered; above it appends answer {@code Full}
 * @param fileBytes size of the journal file at which appends answer {@code Full}; changes of state may use an eighth more
 * @param walBytes size at which the write-ahead log is begun anew; four times as much is its bound
 * @param readConnections queries that run at the same time
 * @param compactRows records removed in one transaction at most
 * @param probeEvery after a failure of the disk: the least time between two tries to write again
 */
public record SqliteJournalSettings(
        int queuedAppends,
        long queuedBytes,
        int groupOperations,
        int undeliveredPerSlice,
        long fileBytes,
        long walBytes,
        int readConnections,
        int compactRows,
        Duration probeEvery) {

    private static final long MIB = 1024L * 1024;
    private static final SqliteJournalSettings DEFAULTS = new SqliteJournalSettings(
            8_192, 64 * MIB, 1_024, 200_000, 16_384 * MIB, 16 * MIB, 2, 250, Duration.ofMillis(200));

    public SqliteJournalSettings {
        positive("queuedAppends", queuedAppends);
        positive("queuedBytes", queuedBytes);
        positive("groupOperations", groupOperations);
        positive("undeliveredPerSlice", undeliveredPerSlice);
        positive("fileBytes", fileBytes);
        positive("walBytes", walBytes);
        positive("readConnections", readConnections);
        positive("compactRows", compactRows);
        if (probeEvery.isNegative()) {
            throw new IllegalArgumentException("probeEvery is " + probeEvery + " (expected >= 0)");
        }
    }

    GroupBounds bounds() {
        return new GroupBounds(
                queuedAppends, queuedBytes, groupOperations, undeliveredPerSlice, compactRows, probeEvery);
    }

    /** Bounds for one gateway on one machine. */
    public static SqliteJournalSettings defaults() {
        return DEFAULTS;
    }

    public SqliteJournalSettings withQueuedAppends(int limit) {
        return new SqliteJournalSettings(
                limit,
                queuedBytes,
                groupOperations,
                undeliveredPerSlice,
                fileBytes,
                walBytes,
                readConnections,
                compactRows,
                probeEvery);
    }

    public SqliteJournalSettings withUndeliveredPerSlice(int limit) {
        return new SqliteJournalSettings(
                queuedAppends,
                queuedBytes,
                groupOperations,
                limit,
                fileBytes,
                walBytes,
                readConnections,
                compactRows,
                probeEvery);
    }

    public SqliteJournalSettings withFileBytes(long limit) {
        return new SqliteJournalSettings(
                queuedAppends,
                queuedBytes,
                groupOperations,
                undeliveredPerSlice,
                limit,
                walBytes,
                readConnections,
                compactRows,
                probeEvery);
    }

    public SqliteJournalSettings withWalBytes(long limit) {
        return new SqliteJournalSettings(
                queuedAppends,
                queuedBytes,
                groupOperations,
                undeliveredPerSlice,
                fileBytes,
                limit,
                readConnections,
                compactRows,
                probeEvery);
    }

    public SqliteJournalSettings withProbeEvery(Duration least) {
        return new SqliteJournalSettings(
                queuedAppends,
                queuedBytes,
                groupOperations,
                undeliveredPerSlice,
                fileBytes,
                walBytes,
                readConnections,
                compactRows,
                least);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + " (expected >= 1)");
        }
    }
}
