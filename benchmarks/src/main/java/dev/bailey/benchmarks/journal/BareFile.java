package dev.bailey.benchmarks.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The floor of durable appends: a file that is laid out already, one write and one flush of its data for all that waits, and
 * nothing else, no header or checksum either. When the file is full it begins at its start again.
 */
final class BareFile implements Subject {

    private final LaidOutFile file;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(GroupLoop.MOST * BYTES);
    private final GroupLoop loop;
    private long at;

    BareFile(Path folder) {
        file = LaidOutFile.in(folder, "bare");
        loop = new GroupLoop("bare-file", this::write);
    }

    private void write(int records) throws IOException {
        int length = records * BYTES;
        if (at + length > LaidOutFile.BYTES) {
            at = 0;
        }
        file.write(bytes.clear().limit(length), at);
        at += length;
    }

    @Override
    public void append(long number) {
        loop.append();
    }

    @Override
    public void close() {
        loop.close();
        try {
            file.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
