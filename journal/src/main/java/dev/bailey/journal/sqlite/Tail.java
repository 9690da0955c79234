package dev.bailey.journal.sqlite;

/**
 * How much of the log is kept unfolded, and so in memory: the more, the more records are final when they are folded.
 *
 * @param events when there are so many, the log is folded
 * @param bytes when they have so many, too
 * @param step that is folded at a time
 */
record Tail(int events, long bytes, Step step) {

    private static final long MIB = 1024L * 1024;

    static final Tail DEFAULT = new Tail(32 * 1024, 4 * MIB, new Step(2_048, 2 * MIB, Folding.SEGMENT_RECORDS));

    /**
     * The most that is folded in one transaction, about: it takes about as long as the flush beside which it is done.
     *
     * @param records that are folded for the first time, but for those of a single row
     */
    record Step(int events, long bytes, int records) {}
}
