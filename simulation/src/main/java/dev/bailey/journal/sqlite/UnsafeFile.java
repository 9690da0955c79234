package dev.bailey.journal.sqlite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file on a disk that promises nothing before a flush: what readers see, what the disk is sure to have, and what was changed
 * since. One thread at a time.
 */
final class UnsafeFile {

    private static final int SECTOR_BYTES = 512;
    private static final int FATES = 6;

    private Bytes seen = new Bytes();
    private Bytes kept = new Bytes();
    private final List<Change> changes = new ArrayList<>();

    /** Bytes that grow, zeroes where nothing was written. */
    private static final class Bytes {
        private byte[] bytes = new byte[0];
        private int size;

        private void put(byte[] from, int begin, int length, int at) {
            int end = at + length;
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
            }
            System.arraycopy(from, begin, bytes, at, length);
            size = Math.max(size, end);
        }

        private void cut(int at) {
            if (at < size) {
                Arrays.fill(bytes, at, size, (byte) 0);
                size = at;
            }
        }

        private Bytes copy() {
            Bytes copy = new Bytes();
            copy.put(bytes, 0, size, 0);
            return copy;
        }
    }

    private sealed interface Change {
        record Write(int at, byte[] bytes) implements Change {}

        record Cut(int at) implements Change {}
    }

    int size() {
        return seen.size;
    }

    byte[] read(long at, int most) {
        int from = (int) Math.min(at, seen.size);
        return Arrays.copyOfRange(seen.bytes, from, from + Math.min(most, seen.size - from));
    }

    void write(int at, byte[] bytes) {
        seen.put(bytes, 0, bytes.length, at);
        changes.add(new Change.Write(at, bytes));
    }

    void cut(int at) {
        seen.cut(at);
        changes.add(new Change.Cut(at));
    }

    /** Whether something was cut off and not flushed since. */
    boolean isCut() {
        return changes.stream().anyMatch(Change.Cut.class::isInstance);
    }

    void flush() {
        changes.forEach(this::keep);
        changes.clear();
    }

    /** A flush that fails: what was to be flushed is on the disk or is not, and no later flush looks after it. */
    void failToFlush(DiskTrouble trouble) {
        changes.forEach(change -> settle(change, trouble));
        changes.clear();
    }

    /** What was not flushed is lost, kept or torn, each change by itself; then all see what is left. */
    void losePower(DiskTrouble trouble) {
        failToFlush(trouble);
        seen = kept.copy();
    }

    private void keep(Change change) {
        switch (change) {
            case Change.Write write -> kept.put(write.bytes, 0, write.bytes.length, write.at);
            case Change.Cut cut -> kept.cut(cut.at);
        }
    }

    private void settle(Change change, DiskTrouble trouble) {
        switch (change) {
            case Change.Cut cut -> {
                if (trouble.next(2) == 0) {
                    kept.cut(cut.at);
                }
            }
            case Change.Write write -> {
                switch (trouble.next(FATES)) {
                    case 0, 1 -> keep(write);
                    case 2 -> kept.put(write.bytes, 0, trouble.next(write.bytes.length + 1), write.at);
                    case 3 -> {
                        int from = trouble.next(write.bytes.length + 1);
                        kept.put(write.bytes, from, write.bytes.length - from, write.at + from);
                    }
                    case 4 -> keepSectors(write, trouble);
                    default -> {} // lost
                }
            }
        }
    }

    private void keepSectors(Change.Write write, DiskTrouble trouble) {
        int end = write.at + write.bytes.length;
        int from = write.at;
        while (from < end) {
            int to = Math.min(end, (from / SECTOR_BYTES + 1) * SECTOR_BYTES);
            if (trouble.next(2) == 0) {
                kept.put(write.bytes, from - write.at, to - from, from);
            }
            from = to;
        }
    }
}
