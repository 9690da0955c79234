package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The log's files beside the journal file. A transaction that changes nothing else is written behind the one before and flushed, and nothing
 * of it is moved later; files go when no row of them is needed. A file that could not be written or flushed is never written again:
 * the log goes on in another, which begins with the number of the row that failed. Written by one thread, read by any.
 */
final class LogFiles implements AutoCloseable {

    private static final int FIRST_BUFFER_BYTES = 128 * 1024;
    private static final int BUFFER_BYTES = 4 << 20;

    private final Path journal;
    private final LogDisk disk;
    private final ConcurrentSkipListMap<Long, LogFile> files = new ConcurrentSkipListMap<>();
    private final List<Path> unused = new ArrayList<>();
    private final BlankFiles blanks;
    private volatile Flusher flusher = new Flusher(Runnable::run);
    private long life;
    private ByteBuffer buffer;
    private @Nullable Current current;

    private static final class Current {
        private final LogDisk.Writing opened;
        private final LogFile file;
        private final long bytes;
        private boolean begun;
        private long end;

        private Current(LogDisk.Writing opened, LogFile file, long bytes) {
            this.opened = opened;
            this.file = file;
            this.bytes = bytes;
        }
    }

    private LogFiles(Path journal, LogDisk disk) throws IOException {
        this.journal = journal;
        this.disk = disk;
        this.buffer = disk.buffer(FIRST_BUFFER_BYTES);
        int number = 0;
        for (Path path : disk.files(folder(journal), prefix(journal))) {
            number = Math.max(number, number(journal, path));
            LogFile file = LogFile.opened(disk, path);
            if (file == null) {
                unused.add(path);
                continue;
            }
            life = Math.max(life, file.life());
            LogFile other = files.get(file.first());
            if (other != null && other.life() > file.life()) {
                unused.add(path); // what could not be flushed was written to the other again
                continue;
            }
            if (files.put(file.first(), file) != null && other != null) {
                unused.add(other.path());
            }
        }
        this.blanks = new BlankFiles(journal, disk, number);
    }

    /**
     * Those of a journal file, as they are.
     *
     * @throws JournalException when they cannot be read
     */
    static LogFiles of(Path journal) {
        return of(journal, LogDisk.FILES);
    }

    static LogFiles of(Path journal, LogDisk disk) {
        try {
            return new LogFiles(journal, disk);
        } catch (IOException e) {
            throw new JournalException("the files of the log of " + journal + " cannot be read: " + e, e);
        }
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a journal file has a folder");
    }

    private static String prefix(Path journal) {
        return journal.getFileName() + "-log-";
    }

    static Path named(Path journal, int number) {
        return folder(journal).resolve(prefix(journal) + String.format(Locale.ROOT, "%08d", number));
    }

    private static int number(Path journal, Path path) throws IOException {
        String name = Objects.requireNonNull(path.getFileName(), "a name").toString();
        try {
            return Integer.parseInt(name.substring(prefix(journal).length()));
        } catch (NumberFormatException e) {
            throw new IOException(
                    "the file " + path + " is none of Bailey's (expected a name that ends with a number): move it away",
                    e);
        }
    }

    /** The work beside the writer. */
    BlankFiles blanks() {
        return blanks;
    }

    /** Lends a thread on which is flushed while the writer folds. */
    void flushOn(Executor thread) {
        flusher = new Flusher(thread);
    }

    /** The file that has a row with this number, if any file has. */
    @Nullable
    LogFile holding(long row) {
        Map.Entry<Long, LogFile> found = files.floorEntry(row);
        return found == null ? null : found.getValue();
    }

    /** The first file that begins behind a number. */
    @Nullable
    LogFile after(long row) {
        Map.Entry<Long, LogFile> found = files.higherEntry(row);
        return found == null ? null : found.getValue();
    }

    /** The row's bytes, or null when no file has it. */
    byte @Nullable [] row(long row) {
        LogFile file = holding(row);
        try {
            return file == null ? null : file.row(row);
        } catch (IOException e) {
            throw new JournalException("row " + row + " of the journal's log cannot be read: " + e, e);
        }
    }

    /**
     * Makes durable what was found at a start: a process that died may have left its last transaction without a flush, and what it cut off
     * as well. The transaction is written once more where it is: a flush that failed does not try the same bytes again.
     *
     * @throws JournalException when that fails
     */
    void secure(LogReading.@Nullable Last last) {
        try {
            for (Path path : unused) {
                try (LogDisk.Writing file = disk.write(path)) {
                    if (file.size() > 0) { // else it never had any row
                        blot(file);
                    }
                    file.force();
                }
            }
            if (last != null) {
                long at = last.from() - last.file().first();
                try (LogDisk.Reading from = disk.read(last.file().path());
                        LogDisk.Writing file = disk.write(last.file().path())) {
                    write(file, from.read(at, Math.toIntExact(last.behind() - last.from())), at);
                    file.force();
                }
            }
        } catch (IOException e) {
            throw new JournalException(
                    "what the last process wrote to the journal's log beside " + journal + " cannot be made durable: "
                            + e + ": check the disk, then start again",
                    e);
        }
    }

    /**
     * Has a file begin with no row. One without rows may have had some that could not be flushed, and that come back when the power is
     * lost, whatever was written over them and even if it is deleted: a start does so again, lest it is taken for the file in which they
     * were written again. It is not cut off to nothing before, so that this needs no room on the disk.
     */
    private static void blot(LogDisk.Writing file) throws IOException {
        write(file, new byte[Frame.HEADER_BYTES], 0);
    }

    private static void write(LogDisk.Writing file, byte[] bytes, long at) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            file.write(left, at + left.position());
        }
    }

    /** Has a file at hand for the next transaction, so that nobody waits for its layout; fails when the disk takes none. */
    void prepare(long row) throws SQLException {
        try {
            unused.forEach(blanks::offer);
            unused.clear();
            if (current == null) {
                current = next(row);
            }
        } catch (IOException e) {
            throw failed(e, 0);
        }
    }

    private Current next(long row) throws IOException {
        BlankFiles.Blank blank = blanks.take();
        life++;
        return new Current(blank.file(), new LogFile(disk, blank.path(), row, life), blank.bytes());
    }

    /** Writes the rows of a transaction and makes them durable. */
    void append(long first, List<ByteBuffer> rows) throws SQLException {
        append(first, rows, null);
    }

    /**
     * Writes the rows of a transaction and makes them durable.
     *
     * @param first the number of the first, which follows the last there is
     * @param beside what is done during the flush, if anything; it has been done when this returns
     */
    void append(long first, List<ByteBuffer> rows, @Nullable Runnable beside) throws SQLException {
        long end = first;
        for (ByteBuffer row : rows) {
            end = Frame.after(end, row.remaining());
        }
        Current to;
        boolean isWriting = false;
        try {
            to = upTo(first, end);
            isWriting = true;
            write(to, first, rows);
            isWriting = false;
            if (beside == null) {
                to.opened.force();
            } else {
                flusher.force(to.opened, beside);
            }
        } catch (IOException e) {
            if (!isWriting || !isFull(end - first)) {
                abandon(first);
            }
            throw failed(e, isWriting ? end - first : 0);
        }
        to.end = end;
        if (!to.begun) {
            to.begun = true;
            files.put(to.file.first(), to.file);
        }
        blanks.used((double) (end - to.file.first()) / to.bytes);
    }

    /** The file for these rows: the one there is while it has room, or has no row yet. */
    private Current upTo(long first, long end) throws IOException {
        Current known = current;
        if (known == null) {
            return begin(null, first);
        }
        boolean fits = known.begun ? end - known.file.first() <= known.bytes : known.file.first() == first;
        return fits ? known : begin(known, first);
    }

    /** A file that begins with this row: the one at hand where it has none yet. */
    private Current begin(@Nullable Current before, long first) throws IOException {
        Current made;
        if (before != null && !before.begun) {
            made = new Current(
                    before.opened, new LogFile(disk, before.file.path(), first, before.file.life()), before.bytes);
        } else {
            made = next(first);
        }
        current = made;
        if (before != null && before.begun) {
            before.opened.close();
        }
        return made;
    }

    private void write(Current to, long first, List<ByteBuffer> rows) throws IOException {
        long at = first - to.file.first();
        long row = first;
        buffer.clear();
        for (int i = 0; i < rows.size(); i++) {
            ByteBuffer bytes = rows.get(i);
            int size = Math.toIntExact(Frame.after(0, bytes.remaining()));
            if (buffer.remaining() < size) {
                at = drained(to, at);
                if (buffer.capacity() < size) {
                    buffer = disk.buffer(size);
                } else if (buffer.capacity() < BUFFER_BYTES) {
                    buffer = disk.buffer(2 * buffer.capacity());
                }
            }
            int begin = buffer.position();
            new Frame(row, first, to.file.life(), bytes.remaining(), i == rows.size() - 1).write(buffer, bytes);
            while (buffer.position() < begin + size) {
                buffer.put((byte) 0);
            }
            row += size;
        }
        drained(to, at);
        if (buffer.capacity() > BUFFER_BYTES) {
            buffer = disk.buffer(FIRST_BUFFER_BYTES);
        }
    }

    private long drained(Current to, long at) throws IOException {
        long written = at;
        buffer.flip();
        while (buffer.hasRemaining()) {
            written += to.opened.write(buffer, written);
        }
        buffer.clear();
        return written;
    }

    private void abandon(long row) {
        Current broken = current;
        current = null;
        if (broken == null) {
            return;
        }
        broken.file.endsBefore(row);
        try (LogDisk.Writing file = broken.opened) {
            // What was told as failed must not be found after a crash or a loss of power.
            long whole = row - broken.file.first();
            if (whole == 0) {
                blot(file);
            }
            file.truncate(Math.max(whole, Frame.HEADER_BYTES));
            file.force();
        } catch (IOException e) {
            // It is not written any more; what it holds was flushed before or is told as failed.
        }
    }

    private SQLException failed(IOException e, long bytes) {
        return bytes > 0 && isFull(bytes)
                ? new SQLException(
                        "no room on the disk for the journal's log beside " + journal, "", SqliteFailure.FULL_CODE, e)
                : new SQLException("the journal's log beside " + journal + " could not be written: " + e, e);
    }

    private boolean isFull(long bytes) {
        try {
            return disk.usableBytes(folder(journal)) < bytes + BUFFER_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    /** Rows before this one are needed no more, and that is durable: whole files of them go. */
    void freeBefore(long row) {
        Map.Entry<Long, LogFile> file = files.firstEntry();
        while (file != null) {
            Map.Entry<Long, LogFile> behind = files.higherEntry(file.getKey());
            if (behind == null || behind.getKey() > row) {
                return;
            }
            files.remove(file.getKey());
            blanks.offer(file.getValue().path());
            file = behind;
        }
    }

    /** After all that read and write. */
    @Override
    public void close() {
        blanks.close();
        Current last = current;
        current = null;
        if (last == null) {
            return;
        }
        try (LogDisk.Writing file = last.opened) {
            if (last.begun) {
                file.truncate(last.end - last.file.first());
            } else {
                disk.delete(last.file.path());
            }
        } catch (IOException e) {
            throw new JournalException("the journal's log beside " + journal + " cannot be closed: " + e, e);
        }
    }
}
