package dev.bailey.journal.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the write-ahead log short without making anybody wait for it: copies pages into the file on its own thread and
 * connection, and asks the writer for the small rest when the log is to begin anew. The log is cut when nothing is written
 * for a while, or at once when it has outgrown its bound.
 */
final class Checkpointer implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Checkpointer.class);

    /** Pages that one commit touches besides those of its operations, and bytes one operation adds to its pages; estimates. */
    private static final long COMMIT_BYTES = 6L * Schema.PAGE_BYTES;

    private static final long OPERATION_BYTES = 1_024;
    private static final int BOUND_FACTOR = 4;
    private static final long IDLE_MS = 2_000;

    private final Path file;
    private final Path walFile;
    private final long walBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition due = lock.newCondition();
    private long uncopied;
    private boolean dirty;
    private boolean closed;
    private @Nullable Consumer<Checkpoint> writer;

    Checkpointer(Path file, long walBytes) {
        this.file = file;
        this.walFile = Path.of(file + "-wal");
        this.walBytes = walBytes;
    }

    /** Whom to ask for checkpoints between two groups. */
    void asks(Consumer<Checkpoint> writerCheckpoint) {
        writer = writerCheckpoint;
    }

    /** Called by the writer after each commit. */
    void written(int operations, long operationBytes) {
        long bytes = COMMIT_BYTES + operationBytes + operations * OPERATION_BYTES;
        boolean check;
        lock.lock();
        try {
            dirty = true;
            uncopied += bytes;
            check = uncopied >= walBytes / BOUND_FACTOR;
            if (check) {
                due.signal();
            }
        } finally {
            lock.unlock();
        }
        if (check && walFileBytes() > BOUND_FACTOR * walBytes) {
            ask(Checkpoint.TRUNCATE);
        }
    }

    @Override
    public void run() {
        try (Connection connection = Schema.connect(file)) {
            while (true) {
                Turn turn = awaitTurn();
                if (turn == Turn.END) {
                    return;
                }
                try {
                    checkpoint(connection, turn);
                } catch (SQLException e) {
                    log.warn("checkpoint failed, will be tried again: {}", e.getMessage());
                }
            }
        } catch (SQLException e) {
            log.error("the journal's checkpoints have stopped", e);
        }
    }

    private enum Turn {
        DUE,
        IDLE,
        END
    }

    private Turn awaitTurn() {
        lock.lock();
        try {
            while (!closed && uncopied < walBytes / BOUND_FACTOR) {
                boolean signalled = due.await(IDLE_MS, TimeUnit.MILLISECONDS);
                if (!signalled && dirty && !closed) {
                    dirty = false;
                    uncopied = 0;
                    return Turn.IDLE;
                }
            }
            uncopied = 0;
            return closed ? Turn.END : Turn.DUE;
        } catch (InterruptedException e) {
            return Turn.END;
        } finally {
            lock.unlock();
        }
    }

    private void checkpoint(Connection connection, Turn turn) throws SQLException {
        Checkpoint.Result result = Checkpoint.PASSIVE.run(connection);
        if (turn == Turn.IDLE && walFileBytes() >= walBytes) {
            ask(Checkpoint.TRUNCATE);
        } else if (result.logBytes() >= walBytes) {
            ask(Checkpoint.PASSIVE);
        }
    }

    private void ask(Checkpoint mode) {
        Consumer<Checkpoint> known = writer;
        if (known != null) {
            known.accept(mode);
        }
    }

    long walFileBytes() {
        try {
            return Files.exists(walFile) ? Files.size(walFile) : 0;
        } catch (IOException e) {
            log.warn("cannot see the size of {}: {}", walFile, e.toString());
            return 0;
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            due.signal();
        } finally {
            lock.unlock();
        }
    }
}
