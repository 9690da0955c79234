package dev.bailey.journal.sqlite;

/**
 * How much of the log is kept unfolded, and so in memory: the more, the more records are final when they are folded.
 *
 * @param events when there are so many, the log is folded
 * @param bytes when they have so many, too
 * @param foldedEvents that are folded at a time, about
 * @param foldedBytes that are folded at a time, about
 */
record Tail(int events, long bytes, int foldedEvents, long foldedBytes) {

    private static final long MIB = 1024L * 1024;

    static final Tail DEFAULT = new Tail(32 * 1024, 16 * MIB, 2_048, 2 * MIB);
}
