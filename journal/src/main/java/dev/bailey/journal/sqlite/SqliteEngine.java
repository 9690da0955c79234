package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.Failure;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.group.Questions;
import dev.bailey.journal.group.Tables;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

/** One SQLite file, leased, with its read connections and its checkpointer. */
final class SqliteEngine implements Engine {

    private final Path file;
    private final FileLease lease;
    private final Store store;
    private final Readers readers;
    private final long fileBytes;
    private final FileChannel data;
    private final Upkeep upkeep = new Upkeep();
    private final Checkpointer checkpointer;
    private final Thread checkpointThread;
    private final Thread layoutThread;
    private final ExecutorService flushThread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("journal-flush").factory());

    private SqliteEngine(
            Path file,
            FileLease lease,
            Store store,
            Readers readers,
            SqliteJournalSettings settings,
            FileChannel data,
            Upkeep.Flush flush) {
        this.file = file;
        this.lease = lease;
        this.store = store;
        this.readers = readers;
        this.fileBytes = settings.fileBytes();
        this.data = data;
        this.checkpointer = new Checkpointer(file, settings.walBytes(), flush, upkeep);
        this.checkpointThread =
                Thread.ofPlatform().daemon().name("journal-checkpoint").unstarted(checkpointer);
        this.layoutThread = Thread.ofPlatform()
                .daemon()
                .name("journal-layout")
                .unstarted(store.log().blanks());
    }

    static SqliteEngine open(Path file, SqliteJournalSettings settings) {
        return open(file, settings, Tail.DEFAULT);
    }

    static SqliteEngine open(Path file, SqliteJournalSettings settings, Tail tail) {
        return open(file, settings, tail, data -> () -> data.force(false), LogDisk.FILES);
    }

    static SqliteEngine open(
            Path file,
            SqliteJournalSettings settings,
            Tail tail,
            Function<FileChannel, Upkeep.Flush> flushes,
            LogDisk disk) {
        FileLease lease = FileLease.take(file);
        try {
            Store store = Schema.prepare(file, tail, disk);
            Readers readers = Readers.open(file, settings.readConnections());
            try {
                FileChannel data = data(file);
                return new SqliteEngine(file, lease, store, readers, settings, data, flushes.apply(data));
            } catch (RuntimeException e) {
                readers.close();
                throw e;
            }
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private static FileChannel data(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new JournalException("cannot open " + file + " to flush it: " + e, e);
        }
    }

    @Override
    public Tables tables() throws SQLException {
        upkeep.mustBeTrusted();
        return SqlTables.open(Schema.connect(file), store, fileBytes, upkeep);
    }

    @Override
    public Questions questions() {
        return new StoreQuestions(store, readers);
    }

    @Override
    public ThreadFactory writerThread() {
        return Thread.ofPlatform().daemon().name("journal-writer").factory();
    }

    @Override
    public Failure diagnosed(SQLException failure) {
        return SqliteFailure.of(failure);
    }

    @Override
    public void start(Runnable askWriter) {
        checkpointer.asks(askWriter);
        checkpointThread.start();
        layoutThread.start();
        store.log().flushOn(flushThread);
    }

    @Override
    public void committed(int operations, long bytes) {
        if (upkeep.takeWritten()) {
            checkpointer.written(operations, bytes);
        }
        long folded = upkeep.takeFolded();
        if (folded > 0) {
            checkpointer.written(0, folded);
        }
    }

    @Override
    public void close() {
        checkpointer.close();
        boolean interrupted = GroupJournal.joined(checkpointThread);
        store.log().blanks().close();
        interrupted |= GroupJournal.joined(layoutThread);
        flushThread.shutdown(); // idle: the writer has ended
        try {
            store.log().close();
        } finally {
            release();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Whatever is closed last copies the rest of the write-ahead log into the file and deletes it; that must not happen to a file
     * whose flushes cannot be trusted. So its readers and its lease are left for the process's end.
     */
    private void release() {
        if (upkeep.isTrusted()) {
            try {
                readers.close();
                closeData();
            } finally {
                lease.close();
            }
        }
    }

    /** After SQLite's connections: closing any channel to a file drops the locks that this process has on it. */
    private void closeData() {
        try {
            data.close();
        } catch (IOException e) {
            throw new JournalException("cannot close " + file + ": " + e, e);
        }
    }
}
