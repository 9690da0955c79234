package dev.bailey.journal.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the write-ahead log short without making anybody wait for it: copies pages into the file on its own thread and
 * connection, little at a time, and flushes the file. The log begins anew when all of it is copied, for which the writer is asked to fold nothing
 * for a moment; what is left even then it is asked to copy itself. A log that is too long is cut when nothing is written for a while, or at once when it has outgrown its bound; otherwise it keeps its length, since
 * a flush of a file that grows writes its length too.
 */
final class Checkpointer implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Checkpointer.class);

    /** Pages that one commit touches besides those of its operations, and bytes one operation adds to its own; estimates. */
    private static final long COMMIT_BYTES = 2L * Schema.PAGE_BYTES;

    private static final long OPERATION_BYTES = 128;
    private static final int BOUND_FACTOR = 4;

    /** The log is cut when it is so many times as long as one that begins anew in time. */
    private static final int OUTGROWN_FACTOR = 2;

    /**
     * A checkpoint is due this often until the log begins anew. A flush of the writer's that meets one waits for what it flushes: for a quarter of a
     * mebibyte hardly longer than without, for two of them ten times as long.
     */
    private static final int CHECKPOINTS = 64;

    /** Tries to copy all while the writer rests: what it has under way when it is asked is copied by the second. */
    private static final int TRIES = 2;

    private static final Duration IDLE = Duration.ofSeconds(2);

    private final Path file;
    private final Path walFile;
    private final long walBytes;
    private final Upkeep.Flush flush;
    private final Upkeep upkeep;
    private final Duration idle;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition due = lock.newCondition();
    private long uncopied;
    private boolean dirty;
    private boolean closed;
    private @Nullable Runnable writer;

    Checkpointer(Path file, long walBytes, Upkeep.Flush flush, Upkeep upkeep) {
        this(file, walBytes, flush, upkeep, IDLE);
    }

    /** @param idle after so long without a write the rest is copied too */
    Checkpointer(Path file, long walBytes, Upkeep.Flush flush, Upkeep upkeep, Duration idle) {
        this.file = file;
        this.walFile = Path.of(file + "-wal");
        this.walBytes = walBytes;
        this.flush = flush;
        this.upkeep = upkeep;
        this.idle = idle;
    }

    /** Whom to ask for checkpoints between two groups. */
    void asks(Runnable askWriter) {
        writer = askWriter;
    }

    /** Called by the writer after each commit. */
    void written(int operations, long operationBytes) {
        long bytes = COMMIT_BYTES + operationBytes + operations * OPERATION_BYTES;
        boolean check;
        lock.lock();
        try {
            dirty = true;
            uncopied += bytes;
            check = uncopied >= walBytes / CHECKPOINTS;
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
                if (turn == Turn.END || !upkeep.isTrusted()) {
                    return;
                }
                try {
                    checkpoint(connection, turn);
                } catch (SQLException e) {
                    log.warn("checkpoint failed, will be tried again: {}", e.getMessage());
                    upkeep.failed(e);
                } catch (IOException e) {
                    upkeep.distrust(e);
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
            while (!closed && uncopied < walBytes / CHECKPOINTS) {
                boolean signalled = due.await(idle.toNanos(), TimeUnit.NANOSECONDS);
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

    /** The log begins anew with the first commit after all of it was copied; the writer copies the rest only where that does not come about. */
    private void checkpoint(Connection connection, Turn turn) throws SQLException, IOException {
        Checkpoint.Result result = copied(connection);
        if (turn == Turn.IDLE && walFileBytes() > OUTGROWN_FACTOR * walBytes) {
            ask(Checkpoint.TRUNCATE);
        } else if (isDueAnew(result) && isDueAnew(copiedAtRest(connection))) {
            ask(Checkpoint.PASSIVE);
        }
    }

    private boolean isDueAnew(Checkpoint.Result result) {
        return result.logBytes() >= walBytes && !result.isWhole();
    }

    /** SQLite flushes the file only when all of the log is copied. */
    private Checkpoint.Result copied(Connection connection) throws SQLException, IOException {
        Checkpoint.Result result = Checkpoint.PASSIVE.run(connection);
        flush.run();
        return result;
    }

    private Checkpoint.Result copiedAtRest(Connection connection) throws SQLException, IOException {
        upkeep.rest(true);
        try {
            Checkpoint.Result result = copied(connection);
            for (int i = 1; i < TRIES && !result.isWhole(); i++) {
                result = copied(connection);
            }
            return result;
        } finally {
            upkeep.rest(false);
        }
    }

    private void ask(Checkpoint mode) {
        Runnable known = writer;
        if (known != null) {
            upkeep.ask(mode);
            known.run();
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
