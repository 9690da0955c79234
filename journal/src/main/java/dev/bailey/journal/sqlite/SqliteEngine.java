package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.Failure;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.group.Questions;
import dev.bailey.journal.group.Tables;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One SQLite file, leased, with its read connections and its checkpointer. */
final class SqliteEngine implements Engine {

    private final Path file;
    private final FileLease lease;
    private final Store store;
    private final Readers readers;
    private final long fileBytes;
    private final AtomicReference<@Nullable Checkpoint> asked = new AtomicReference<>();
    private final Checkpointer checkpointer;
    private final Thread checkpointThread;

    private SqliteEngine(Path file, FileLease lease, Store store, Readers readers, SqliteJournalSettings settings) {
        this.file = file;
        this.lease = lease;
        this.store = store;
        this.readers = readers;
        this.fileBytes = settings.fileBytes();
        this.checkpointer = new Checkpointer(file, settings.walBytes());
        this.checkpointThread =
                Thread.ofPlatform().daemon().name("journal-checkpoint").unstarted(checkpointer);
    }

    static SqliteEngine open(Path file, SqliteJournalSettings settings) {
        return open(file, settings, Tail.DEFAULT);
    }

    static SqliteEngine open(Path file, SqliteJournalSettings settings, Tail tail) {
        FileLease lease = FileLease.take(file);
        try {
            Store store = Schema.prepare(file, tail);
            return new SqliteEngine(file, lease, store, Readers.open(file, settings.readConnections()), settings);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    @Override
    public Tables tables() throws SQLException {
        return SqlTables.open(file, store, fileBytes, asked);
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
        checkpointer.asks(mode -> {
            asked.set(mode);
            askWriter.run();
        });
        checkpointThread.start();
    }

    @Override
    public void committed(int operations, long bytes) {
        checkpointer.written(operations, bytes);
    }

    @Override
    public void close() {
        checkpointer.close();
        boolean interrupted = GroupJournal.joined(checkpointThread);
        try {
            readers.close();
        } finally {
            lease.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
