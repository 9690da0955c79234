package dev.bailey.app.wiring;

/** How a life of a node tells whether an earlier one, which had the same data folder, has ended. Thread-safe. */
interface Lives extends AutoCloseable {

    /** From now on, and until its process has ended, a life can be told to last. To be called before it writes. */
    void begin(NodeLife life);

    /** Whether an earlier life has ended; false where that cannot be told here. */
    boolean hasEnded(NodeLife life);

    /** It is not asked about any more. */
    void forget(NodeLife life);

    @Override
    void close();

    /** A life of a node. */
    record NodeLife(String node, long incarnation) {}
}
