package dev.bailey.journal.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/** One SQLite file, leased, with its read connections and its checkpointer. */
final class SqliteEngine implements Engine {

    private final Path file;
    private final FileLease lease;
    private final Readers readers;
    private final Checkpointer checkpointer;
    private final Thread checkpointThread;

    private SqliteEngine(Path file, FileLease lease, Readers readers, long walBytes) {
        this.file = file;
        this.lease = lease;
        this.readers = readers;
        this.checkpointer = new Checkpointer(file, walBytes);
        this.checkpointThread =
                Thread.ofPlatform().daemon().name("journal-checkpoint").unstarted(checkpointer);
    }

    static SqliteEngine open(Path file, SqliteJournalSettings settings) {
        FileLease lease = FileLease.take(file);
        try {
            Schema.prepare(file);
            return new SqliteEngine(file, lease, Readers.open(file, settings.readConnections()), settings.walBytes());
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    @Override
    public Tables tables() throws SQLException {
        return SqlTables.open(file);
    }

    @Override
    public Questions questions() {
        return new SqlQuestions(readers);
    }

    @Override
    public ThreadFactory writerThread() {
        return Thread.ofPlatform().daemon().name("journal-writer").factory();
    }

    @Override
    public void start(Consumer<Checkpoint> writer) {
        checkpointer.asks(writer);
        checkpointThread.start();
    }

    @Override
    public void committed(List<Operation<?>> group) {
        checkpointer.written(group);
    }

    @Override
    public void close() {
        checkpointer.close();
        boolean interrupted = SqliteJournal.joined(checkpointThread);
        readers.close();
        lease.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
