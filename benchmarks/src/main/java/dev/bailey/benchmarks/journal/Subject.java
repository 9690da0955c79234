package dev.bailey.benchmarks.journal;

/** Something that makes a kilobyte durable. Thread-safe unless it says otherwise. */
interface Subject extends AutoCloseable {

    /** Bytes of one write, with what belongs to it. */
    int BYTES = 1_024;

    /** Returns when the write is on the disk. */
    void append(long number);

    @Override
    void close();
}
