package dev.bailey.journal.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** This machine's files, with a flush of one's own, and news of what is written. */
record FlushedDisk(Flush flush, Writes writes) implements LogDisk {

    FlushedDisk(Flush flush) {
        this(flush, (_, _, _) -> {});
    }

    /** Hears of bytes that were written, and are not flushed yet. */
    @FunctionalInterface
    interface Writes {
        void written(Path path, long at, byte[] bytes);
    }

    /** Makes what was written to a file durable, or fails. */
    @FunctionalInterface
    interface Flush {
        void run(Path path, Writing opened) throws IOException;
    }

    private record Flushed(Path path, Writing opened, Flush flush, Writes writes) implements Writing {

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            ByteBuffer before = from.duplicate();
            byte[] bytes = new byte[opened.write(from, at)];
            before.get(bytes);
            writes.written(path, at, bytes);
            return bytes.length;
        }

        @Override
        public void force() throws IOException {
            flush.run(path, opened);
        }

        @Override
        public void truncate(long bytes) throws IOException {
            opened.truncate(bytes);
        }

        @Override
        public long size() throws IOException {
            return opened.size();
        }

        @Override
        public void close() throws IOException {
            opened.close();
        }
    }

    @Override
    public Layout layout() {
        return FILES.layout();
    }

    @Override
    public ByteBuffer buffer(int bytes) {
        return FILES.buffer(bytes);
    }

    @Override
    public List<Path> files(Path folder, String prefix) throws IOException {
        return FILES.files(folder, prefix);
    }

    @Override
    public Writing create(Path path) throws IOException {
        return new Flushed(path, FILES.create(path), flush, writes);
    }

    @Override
    public Writing write(Path path) throws IOException {
        return new Flushed(path, FILES.write(path), flush, writes);
    }

    @Override
    public Reading read(Path path) throws IOException {
        return FILES.read(path);
    }

    @Override
    public long size(Path path) throws IOException {
        return FILES.size(path);
    }

    @Override
    public void delete(Path path) throws IOException {
        FILES.delete(path);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return FILES.usableBytes(folder);
    }
}
