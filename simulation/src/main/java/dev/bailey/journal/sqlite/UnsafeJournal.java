package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.Failure;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.group.Questions;
import dev.bailey.journal.group.Tables;
import dev.bailey.journal.sqlite.DiskTrouble.Deed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * An embedded journal as it is, its log's files and SQLite's tables included, over a disk that a seed makes fail and that loses what was
 * not flushed. SQLite works on a file of its own; of its write-ahead log, what it did not flush is lost from any byte on.
 */
public final class UnsafeJournal implements AutoCloseable {

    private static final String NAME = "journal.db";

    private final Path folder;
    private final DiskTrouble trouble;
    private final Tail tail;
    private final UnsafeDisk disk;
    private final List<AutoCloseable> connections = new ArrayList<>();
    private Path tables;
    private long flushedBytes;
    private @Nullable SqlTables committing;
    private long flushedBefore;
    private int lives;
    private boolean isClosed;

    /**
     * The sizes that a world draws.
     *
     * @param firstBytes of the first file of the log
     * @param mostBytes of any
     * @param stepBytes that are laid out at once
     * @param tailEvents from which on the log is folded
     */
    public record Sizes(int firstBytes, int mostBytes, int stepBytes, int tailEvents) {}

    /** A journal without a record, to copy: laying out its tables takes as long as a small world. */
    public static Path blank(Path folder) {
        Path file = folder.resolve("blank.db");
        Schema.prepare(file, Tail.DEFAULT).log().close();
        return file;
    }

    /** @param folder of its own, which is emptied when this is closed */
    public UnsafeJournal(Path folder, Path blank, DiskTrouble trouble, Sizes sizes) {
        this.folder = folder;
        this.trouble = trouble;
        this.tail = new Tail(
                sizes.tailEvents,
                (long) sizes.tailEvents * 1_024,
                new Tail.Step(Math.max(2, sizes.tailEvents / 2), (long) sizes.tailEvents * 512, 4));
        this.disk = new UnsafeDisk(trouble, new Layout(sizes.firstBytes, sizes.mostBytes, sizes.stepBytes));
        this.tables = next();
        try {
            Files.copy(blank, tables);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path next() {
        try {
            return Files.createDirectory(folder.resolve("life" + ++lives)).resolve(NAME);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens it in a new process, on whose threads its writer and its layout run. */
    public GroupJournal open(GroupBounds bounds, InstantSource clock, ThreadFactory threads) {
        return GroupJournal.open(new Opened(threads), bounds, clock);
    }

    /** How often what could not be flushed could not be cut off either. */
    public int failedCuts() {
        return disk.failedCuts();
    }

    /** How many files its log has. */
    public int logFiles() {
        return disk.files().size();
    }

    /** The process closed it and ended: of its tables nothing is unflushed. */
    public void processEnded() {
        connections.clear();
        flushedBytes = 0;
        isClosed = true;
    }

    /** The process that had it open is dead; what it wrote is seen by the next, flushed or not. */
    public void processDied() {
        if (isClosed) {
            return;
        }
        committed();
        Path left = next();
        copy(tables, left);
        copy(wal(tables), wal(left));
        release();
        tables = left;
    }

    /** The machine lost its power, and with it what was not flushed. To be called when no process has it open. */
    public void powerLost() {
        disk.losePower();
        Path wal = wal(tables);
        try {
            long size = Files.exists(wal) ? Files.size(wal) : 0;
            if (size > flushedBytes) {
                byte[] whole = Files.readAllBytes(wal);
                int left = (int) flushedBytes + trouble.next((int) (size - flushedBytes) + 1);
                Files.write(wal, Arrays.copyOf(whole, left));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path wal(Path file) {
        return file.resolveSibling(NAME + "-wal");
    }

    private static void copy(Path from, Path to) {
        try {
            if (Files.exists(from)) {
                Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void release() {
        connections.reversed().forEach(left -> {
            try {
                left.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        connections.clear();
    }

    private long walBytes() {
        try {
            Path wal = wal(tables);
            return Files.exists(wal) ? Files.size(wal) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A commit of SQLite flushes its write-ahead log, with all that was folded before; a group that goes to a file does not. */
    private void flush(SqlTables tables, SimulatedDisk.Commit commit) throws SQLException {
        trouble.touch("before a commit");
        if (trouble.fails(Deed.COMMIT)) {
            throw SimulatedDisk.broken();
        }
        committing = tables;
        flushedBefore = tables.flushed();
        commit.run();
        committed();
        trouble.touch("after a commit");
    }

    /** A process may die when SQLite has flushed and more is to do. */
    private void committed() {
        SqlTables known = committing;
        if (known != null && known.flushed() != flushedBefore) {
            flushedBytes = walBytes();
        }
        committing = null;
    }

    @Override
    public void close() {
        release();
    }

    private final class Opened implements Engine {
        private final ThreadFactory threads;
        private final Path file = tables;
        private final Store store;
        private final Readers readers;
        private @Nullable Thread layout;

        private Opened(ThreadFactory threads) {
            this.threads = threads;
            isClosed = false;
            committing = null;
            this.store = Schema.prepare(file, tail, disk);
            flushedBytes = walBytes();
            this.readers = Readers.open(file, 1);
            connections.add(readers);
        }

        @Override
        public Tables tables() throws SQLException {
            Connection connection = Schema.connect(file);
            connections.add(connection); // before anything at which the process may die
            SqlTables opened = SqlTables.open(
                    connection, store, SqliteJournalSettings.defaults().fileBytes(), new Upkeep());
            return new FlushedTables(opened, commit -> flush(opened, commit));
        }

        @Override
        public Questions questions() {
            return new StoreQuestions(store, readers);
        }

        @Override
        public Failure diagnosed(SQLException failure) {
            return SqliteFailure.of(failure);
        }

        @Override
        public ThreadFactory writerThread() {
            return threads;
        }

        @Override
        public void start(Runnable askWriter) {
            Thread started = threads.newThread(store.log().blanks());
            layout = started;
            started.start();
            store.log().flushOn(flush -> threads.newThread(flush).start());
        }

        @Override
        public void committed(int operations, long bytes) {}

        @Override
        public void close() {
            store.log().blanks().close();
            Thread started = layout;
            if (started != null) {
                GroupJournal.joined(started);
            }
            store.log().close();
            connections.remove(readers);
            readers.close();
        }
    }
}
