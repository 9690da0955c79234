package dev.bailey.benchmarks.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A write into a file that is laid out already, and a flush of its data: what the disk costs by itself. For one thread. */
public final class BareFlush implements Subject {

    private static final long FILE_BYTES = 64L << 20;

    private final FileChannel file;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);

    public BareFlush(Path folder) {
        try {
            file = FileChannel.open(
                    folder.resolve("flush"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            ByteBuffer zeroes = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < FILE_BYTES; at += zeroes.capacity()) {
                file.write(zeroes.clear(), at);
            }
            file.force(true);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void append(long number) {
        try {
            file.write(bytes.clear(), number * BYTES % FILE_BYTES);
            file.force(false);
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
