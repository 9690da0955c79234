package dev.bailey.journal.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** This machine's files, with a flush of one's own. */
record FlushedDisk(Flush flush) implements LogDisk {

    /** Makes what was written to a file durable, or fails. */
    @FunctionalInterface
    interface Flush {
        void run(Path path, Writing opened) throws IOException;
    }

    private record Flushed(Path path, Writing opened, Flush flush) implements Writing {

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            return opened.write(from, at);
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
        return new Flushed(path, FILES.create(path), flush);
    }

    @Override
    public Writing write(Path path) throws IOException {
        return new Flushed(path, FILES.write(path), flush);
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
