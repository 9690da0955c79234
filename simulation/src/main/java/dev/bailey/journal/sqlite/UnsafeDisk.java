package dev.bailey.journal.sqlite;

import dev.bailey.journal.sqlite.DiskTrouble.Deed;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of a journal's log in memory, on a disk that loses, tears, fails and is full as a seed draws it. One thread at a time. */
final class UnsafeDisk implements LogDisk {

    private static final int SEVERAL = 3;

    private final DiskTrouble trouble;
    private final Layout layout;

    /** As processes see them, and as the folder is on the disk. */
    private final TreeMap<Path, UnsafeFile> seen = new TreeMap<>();

    private final TreeMap<Path, UnsafeFile> kept = new TreeMap<>();
    private int failedCuts;

    UnsafeDisk(DiskTrouble trouble, Layout layout) {
        this.trouble = trouble;
        this.layout = layout;
    }

    /** The machine lost its power: a file that was removed may be there again. */
    void losePower() {
        kept.entrySet().removeIf(file -> !seen.containsKey(file.getKey()) && trouble.next(2) == 0);
        seen.clear();
        seen.putAll(kept);
        seen.values().forEach(file -> file.losePower(trouble));
    }

    /** How often what could not be flushed could not be cut off either. */
    int failedCuts() {
        return failedCuts;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    @Override
    public List<Path> files(Path folder, String prefix) {
        return seen.keySet().stream()
                .filter(path -> String.valueOf(path.getFileName()).startsWith(prefix))
                .toList();
    }

    private UnsafeFile there(Path path) throws FileNotFoundException {
        UnsafeFile file = seen.get(path);
        if (file == null) {
            throw new FileNotFoundException(path.toString());
        }
        return file;
    }

    private void mayFail(Deed deed) throws IOException {
        if (trouble.fails(deed)) {
            throw failed();
        }
    }

    private static IOException failed() {
        return new IOException("Input/output error");
    }

    @Override
    public Writing create(Path path) throws IOException {
        trouble.touch("before a file is created");
        mayFail(Deed.CREATE);
        UnsafeFile file = new UnsafeFile();
        seen.put(path, file);
        kept.put(path, file);
        trouble.touch("after a file was created");
        return new Opened(file);
    }

    @Override
    public Writing write(Path path) throws IOException {
        return new Opened(there(path));
    }

    @Override
    public Reading read(Path path) throws IOException {
        UnsafeFile file = there(path);
        return new Reading() {
            @Override
            public long size() {
                return file.size();
            }

            @Override
            public byte[] read(long at, int most) {
                return file.read(at, most);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long size(Path path) throws IOException {
        return there(path).size();
    }

    @Override
    public void delete(Path path) throws IOException {
        trouble.touch("before a file is removed");
        mayFail(Deed.REMOVE);
        seen.remove(path);
    }

    @Override
    public long usableBytes(Path folder) {
        return trouble.isFull() ? 0 : Long.MAX_VALUE;
    }

    private final class Opened implements Writing {
        private final UnsafeFile file;

        private Opened(UnsafeFile file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            trouble.touch("before a write");
            int length = from.remaining();
            if (trouble.isFull()) {
                length = (int) Math.min(length, file.size() - at);
                if (length <= 0) {
                    throw new IOException("No space left on device");
                }
            }
            if (trouble.fails(Deed.WRITE)) {
                put(from, at, trouble.next(length));
                throw failed();
            }
            int written = length > 1 && trouble.isShort() ? 1 + trouble.next(length - 1) : length;
            put(from, at, written);
            trouble.touch("after a write");
            return written;
        }

        private void put(ByteBuffer from, long at, int length) {
            byte[] bytes = new byte[length];
            from.get(bytes);
            file.write(Math.toIntExact(at), bytes);
        }

        @Override
        public void force() throws IOException {
            trouble.touch("before a flush");
            trouble.await();
            if (trouble.fails(Deed.FLUSH)) {
                failedCuts += file.isCut() ? 1 : 0;
                file.failToFlush(trouble);
                throw failed();
            }
            if (trouble.next(SEVERAL) > 0) {
                trouble.touch("while a flush is on its way");
            }
            file.flush();
            trouble.touch("after a flush");
        }

        @Override
        public void truncate(long bytes) throws IOException {
            trouble.touch("before a file is cut");
            if (trouble.fails(Deed.CUT)) {
                failedCuts++;
                throw failed();
            }
            file.cut(Math.toIntExact(bytes));
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public void close() {}
    }

    /** For traces: how many files there are. */
    Map<Path, UnsafeFile> files() {
        return seen;
    }
}
