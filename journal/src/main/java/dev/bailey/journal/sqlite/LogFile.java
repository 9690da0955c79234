package dev.bailey.journal.sqlite;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of the log that has rows, as it is read. Each reading opens it: an interrupted reader would close a channel that is shared,
 * and files that are kept for long would hold a descriptor each. Thread-safe.
 */
final class LogFile {

    private static final int WINDOW_BYTES = 256 * 1024;

    private final LogDisk disk;
    private final Path path;
    private final long first;
    private final long life;
    private volatile long limit = Long.MAX_VALUE;

    /**
     * @param first the number of its first row, which is at its beginning
     * @param life that all of its rows bear
     */
    LogFile(LogDisk disk, Path path, long first, long life) {
        this.disk = disk;
        this.path = path;
        this.first = first;
        this.life = life;
    }

    /** A file as it was left; null when it begins with no whole transaction. */
    static @Nullable LogFile opened(LogDisk disk, Path path) throws IOException {
        try (LogDisk.Reading file = disk.read(path)) {
            Frame frame = Frame.read(ByteBuffer.wrap(file.read(0, Frame.HEADER_BYTES)));
            if (frame == null) {
                return null;
            }
            LogFile opened = new LogFile(disk, path, frame.row(), frame.life());
            try (Scan scan = opened.scan()) {
                return scan.group(opened.first).isEmpty() ? null : opened;
            }
        }
    }

    Path path() {
        return path;
    }

    long first() {
        return first;
    }

    long life() {
        return life;
    }

    /** Rows from this one on were never committed, or are elsewhere. */
    void endsBefore(long row) {
        limit = Math.min(limit, row);
    }

    /** The row's bytes, or null when it is not here. */
    byte @Nullable [] row(long row) throws IOException {
        if (row >= limit) {
            return null;
        }
        try (LogDisk.Reading file = disk.read(path)) {
            ByteBuffer header = ByteBuffer.wrap(file.read(row - first, Frame.HEADER_BYTES));
            Frame frame = Frame.read(header);
            if (frame == null || frame.row() != row || frame.life() != life) {
                return null;
            }
            byte[] bytes = file.read(row - first + Frame.HEADER_BYTES, frame.length());
            return bytes.length == frame.length() && Frame.holds(header, bytes) ? bytes : null;
        } catch (FileNotFoundException removed) {
            return null;
        }
    }

    /** Reads transactions one behind the other. */
    Scan scan() throws IOException {
        return new Scan(disk.read(path));
    }

    /** For one thread. */
    final class Scan implements AutoCloseable {
        private final LogDisk.Reading file;
        private ByteBuffer window = ByteBuffer.allocate(0);
        private long windowAt;

        private Scan(LogDisk.Reading file) {
            this.file = file;
        }

        /** The rows of the transaction that begins at a number; none when no whole one does. */
        List<byte[]> group(long number) throws IOException {
            return group(number, number);
        }

        /** The rest of a transaction of which the rows before a number are known. */
        List<byte[]> restOfGroup(long number) throws IOException {
            Frame frame = Frame.read(at(number - first, Frame.HEADER_BYTES));
            return frame == null ? List.of() : group(number, frame.group());
        }

        private List<byte[]> group(long number, long group) throws IOException {
            List<byte[]> rows = new ArrayList<>();
            long row = number;
            while (row < limit) {
                ByteBuffer header = at(row - first, Frame.HEADER_BYTES);
                Frame frame = Frame.read(header);
                if (frame == null || frame.row() != row || frame.group() != group || frame.life() != life) {
                    return List.of();
                }
                ByteBuffer sealed = at(row - first, Frame.HEADER_BYTES + frame.length());
                if (sealed.remaining() < Frame.HEADER_BYTES + frame.length()
                        || frame.length() < Packer.CHECKSUM_BYTES) {
                    return List.of();
                }
                byte[] bytes = new byte[frame.length()];
                sealed.get(sealed.position() + Frame.HEADER_BYTES, bytes);
                if (!Frame.holds(sealed, bytes)) {
                    return List.of();
                }
                rows.add(bytes);
                if (frame.last()) {
                    return rows;
                }
                row = Frame.after(row, frame.length());
            }
            return List.of();
        }

        /**
         * Whether a transaction that began behind a number is in the file. It was begun after the one before was flushed, which was whole
         * then.
         */
        boolean hasBehind(long number) throws IOException {
            long end = Math.min(file.size(), limit - first);
            for (long offset = number - first; offset + Frame.HEADER_BYTES <= end; offset += Frame.ALIGNED) {
                ByteBuffer header = at(offset, Frame.HEADER_BYTES);
                if (Frame.mayBe(header, first + offset)) {
                    Frame frame = Frame.read(header);
                    if (frame != null && frame.life() == life && frame.group() > number) {
                        return true;
                    }
                }
            }
            return false;
        }

        private ByteBuffer at(long offset, int length) throws IOException {
            if (offset < windowAt || offset + length > windowAt + window.limit()) {
                window = ByteBuffer.wrap(file.read(offset, Math.max(length, WINDOW_BYTES)));
                windowAt = offset;
            }
            int begin = (int) (offset - windowAt);
            return window.duplicate().position(begin).limit((int) Math.min(window.limit(), (long) begin + length));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
