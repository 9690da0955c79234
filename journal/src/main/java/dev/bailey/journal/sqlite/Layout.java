package dev.bailey.journal.sqlite;

/**
 * The sizes in which the log's files are laid out before they are written.
 *
 * @param firstBytes of the first file of a journal, which is laid out while it is opened; each that follows is twice as long up to a bound
 * @param mostBytes that bound
 * @param stepBytes laid out and flushed at a time
 */
record Layout(long firstBytes, long mostBytes, int stepBytes) {

    static final Layout DEFAULT = new Layout(4L << 20, 32L << 20, 256 * 1024);
}
