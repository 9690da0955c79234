package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.JournalStats;
import dev.bailey.journal.group.Engine;
import dev.bailey.journal.group.Failure;
import dev.bailey.journal.group.Figures;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.group.Questions;
import dev.bailey.journal.group.Tables;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The disk under a simulated journal. Everything above its tables is the journal itself: queue, group writer, transactions,
 * changes, figures. What a commit left survives the death of a process, and nothing else does.
 */
public final class SimulatedDisk {

    private final @Nullable Path file;
    private final MemoryEngine memory = new MemoryEngine();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private SimulatedDisk(@Nullable Path file) {
        this.file = file;
    }

    /** Tables in memory. */
    public static SimulatedDisk inMemory() {
        return new SimulatedDisk(null);
    }

    /** SQLite's own, in a file: slower, the same to see. */
    public static SimulatedDisk inSqlite(Path file) {
        return new SimulatedDisk(file);
    }

    /** What happens when the writer flushes. */
    @FunctionalInterface
    public interface Flush {
        /** Makes the commit, or fails before or after it, or never comes back. */
        void flush(Commit commit) throws SQLException;
    }

    /** What makes a transaction durable. */
    @FunctionalInterface
    public interface Commit {
        void run() throws SQLException;
    }

    /** A failure as SQLite reports a full disk. */
    public static SQLException full() {
        return new SQLException("database or disk is full", "", 13);
    }

    /** A failure as SQLite reports a broken disk. */
    public static SQLException broken() {
        return new SQLException("disk I/O error", "", 10);
    }

    /** Opens the journal in a new process, on whose threads its writer runs. */
    public GroupJournal open(SqliteJournalSettings settings, InstantSource clock, ThreadFactory threads, Flush flush) {
        return GroupJournal.open(
                file == null ? new InMemory(threads, flush) : new InFile(file, settings.fileBytes(), threads, flush),
                settings.bounds(),
                clock);
    }

    /** What the disk holds of a record, whoever asks. */
    public Optional<JournalRecord> holds(RecordId id) {
        if (file == null) {
            return new MemoryQuestions(memory).find(id);
        }
        try (Readers readers = Readers.open(file, 1)) {
            return new StoreQuestions(
                            readers.read(connection -> Store.read(connection, LogFiles.of(file), Tail.DEFAULT)),
                            readers)
                    .find(id);
        }
    }

    /** What the disk holds of a slice, counted. */
    public JournalStats counts(SliceName slice) {
        Figures figures = new Figures();
        if (file == null) {
            new MemoryQuestions(memory).count(figures);
        } else {
            try (Readers readers = Readers.open(file, 1)) {
                new StoreQuestions(
                                readers.read(connection -> Store.read(connection, LogFiles.of(file), Tail.DEFAULT)),
                                readers)
                        .count(figures);
            }
        }
        return figures.stats(slice);
    }

    /** The process that had it open is dead: what it did not commit is gone. */
    public void processDied() {
        opened.reversed().forEach(left -> {
            try {
                left.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        opened.clear();
    }

    private abstract static class Simulated implements Engine {
        private final ThreadFactory threads;

        private Simulated(ThreadFactory threads) {
            this.threads = threads;
        }

        @Override
        public ThreadFactory writerThread() {
            return threads;
        }

        @Override
        public Failure diagnosed(SQLException failure) {
            return SqliteFailure.of(failure);
        }

        @Override
        public void start(Runnable askWriter) {}

        @Override
        public void committed(int operations, long bytes) {}

        @Override
        public void close() {}
    }

    private final class InMemory extends Simulated {
        private final Flush flush;

        private InMemory(ThreadFactory threads, Flush flush) {
            super(threads);
            this.flush = flush;
            new MemoryKeys(memory.image()).recover();
        }

        @Override
        public Tables tables() {
            return new FlushedTables(new MemoryTables(memory), flush);
        }

        @Override
        public Questions questions() {
            return new MemoryQuestions(memory);
        }
    }

    private final class InFile extends Simulated {
        private final Path path;
        private final long fileBytes;
        private final Flush flush;
        private final Store store;
        private final Readers readers;

        private InFile(Path path, long fileBytes, ThreadFactory threads, Flush flush) {
            super(threads);
            this.path = path;
            this.fileBytes = fileBytes;
            this.flush = flush;
            store = Schema.prepare(path, Tail.DEFAULT);
            readers = Readers.open(path, 1);
            opened.add(store.log());
            opened.add(readers);
        }

        @Override
        public Tables tables() throws SQLException {
            Tables tables = SqlTables.open(Schema.connect(path), store, fileBytes, new Upkeep());
            opened.add(tables);
            return new FlushedTables(tables, flush);
        }

        @Override
        public Questions questions() {
            return new StoreQuestions(store, readers);
        }
    }
}
