package dev.bailey.gateway.dualwrite;

/** The write path and its control over one journal. Open it after the journal, close it before. Thread-safe. */
public abstract class DualWrite implements WritePath, WriteControl, AutoCloseable {

    DualWrite() {}

    /** Opens the write path and takes up everything the journal holds that is not final. Blocks while it reads. */
    @SuppressWarnings("DoNotCallSuggester") // its body follows
    public static DualWrite open(DualWriteConfig config) {
        throw new UnsupportedOperationException("not yet: " + config);
    }

    /** Takes no more writes, lets deliveries under way end (bounded), and stops. What is left is taken up at the next start. */
    @Override
    public abstract void close();
}
