package dev.bailey.benchmarks.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file whose bytes are all on the disk before it is written, so that a flush is one of data alone. */
record LaidOutFile(FileChannel channel) implements AutoCloseable {

    static final long BYTES = 64L << 20;

    static LaidOutFile in(Path folder, String name) {
        try {
            FileChannel channel = FileChannel.open(
                    folder.resolve(name),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            ByteBuffer zeroes = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < BYTES; at += zeroes.capacity()) {
                channel.write(zeroes.clear(), at);
            }
            channel.force(true);
            return new LaidOutFile(channel);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Durable when it returns. */
    void write(ByteBuffer bytes, long at) throws IOException {
        channel.write(bytes, at);
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
