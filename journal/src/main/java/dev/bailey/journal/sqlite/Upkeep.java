package dev.bailey.journal.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What the checkpointer asks of the writer, and whether the file's flushes can be trusted. Thread-safe. */
final class Upkeep {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private final AtomicReference<@Nullable Checkpoint> asked = new AtomicReference<>();
    private final AtomicReference<@Nullable String> distrust = new AtomicReference<>();

    private final AtomicBoolean written = new AtomicBoolean();
    private final AtomicLong folded = new AtomicLong();
    private volatile boolean resting;

    /** Makes what was written to the file durable. */
    @FunctionalInterface
    interface Flush {
        void run() throws IOException;
    }

    /** Something was written to the file. */
    void written() {
        written.set(true);
    }

    /** Whether something was since this was last asked. */
    boolean takeWritten() {
        return written.getAndSet(false);
    }

    /** So many bytes were folded. */
    void folded(long bytes) {
        folded.addAndGet(bytes);
    }

    /** How many were since this was last asked. */
    long takeFolded() {
        return folded.getAndSet(0);
    }

    /** Asks the writer to fold nothing while it need not, or that no more. */
    void rest(boolean wanted) {
        resting = wanted;
    }

    boolean isResting() {
        return resting;
    }

    void ask(Checkpoint mode) {
        asked.set(mode);
    }

    @Nullable
    Checkpoint take() {
        return isTrusted() ? asked.getAndSet(null) : null;
    }

    /**
     * A flush of the file failed. What was copied into it may never get to the disk, and the next flush would not tell; the
     * write-ahead log still has all of it, and is copied anew by whoever opens the file next. So nothing is written any more.
     */
    void distrust(Exception cause) {
        String why = "the journal's file could not be flushed (" + cause.getMessage()
                + "): look after its disk, then restart; nothing that was acknowledged is lost";
        if (distrust.compareAndSet(null, why)) {
            log.error("{}; every write is answered as failed until then", why);
        }
    }

    /** The same, when it is a flush that failed. */
    void failed(SQLException failure) {
        if (failure instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_FSYNC) {
            distrust(failure);
        }
    }

    boolean isTrusted() {
        return distrust.get() == null;
    }

    void mustBeTrusted() throws SQLException {
        String why = distrust.get();
        if (why != null) {
            throw new SQLException(why);
        }
    }
}
