package dev.bailey.benchmarks.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A write into a file that is laid out already, and a flush of its data: what the disk costs by itself. For one thread. */
public final class BareFlush implements Subject {

    private final LaidOutFile file;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);

    public BareFlush(Path folder) {
        file = LaidOutFile.in(folder, "flush");
    }

    @Override
    public void append(long number) {
        try {
            file.write(bytes.clear(), number * BYTES % LaidOutFile.BYTES);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
