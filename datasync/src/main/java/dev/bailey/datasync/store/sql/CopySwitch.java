package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which ways of {@code COPY} a database has shown it does not have. Such a way is tried again after {@link #AGAIN}: what was missing
 * may have been a privilege, or a table that was just being changed. Thread-safe.
 */
final class CopySwitch {

    /** So long a way is left alone that failed. */
    static final Duration AGAIN = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(CopySwitch.class);

    private final Way read;
    private final Way straight;
    private final Way staged;

    /** @param nanoTime as {@link System#nanoTime} */
    CopySwitch(LongSupplier nanoTime) {
        this.read = new Way(nanoTime);
        this.straight = new Way(nanoTime);
        this.staged = new Way(nanoTime);
    }

    private static final class Way {
        private final LongSupplier nanoTime;
        private OptionalLong offSince = OptionalLong.empty();
        private boolean told;

        Way(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        synchronized boolean isOn() {
            if (offSince.isPresent() && nanoTime.getAsLong() - offSince.getAsLong() >= AGAIN.toNanos()) {
                offSince = OptionalLong.empty();
            }
            return offSince.isEmpty();
        }

        /** Whether nobody was told yet. */
        synchronized boolean off() {
            offSince = OptionalLong.of(nanoTime.getAsLong());
            boolean first = !told;
            told = true;
            return first;
        }
    }

    /** Not able to, as things are: no such feature for this table, no right to, a mistake in the statement. */
    static boolean isUnable(StoreException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().startsWith("42") || sql.getSQLState().startsWith("0A");
            }
        }
        return false;
    }

    boolean read() {
        return read.isOn();
    }

    boolean straight() {
        return straight.isOn();
    }

    boolean staged() {
        return staged.isOn();
    }

    void noRead(StoreException why) {
        if (read.off()) {
            LOG.info(
                    "rows are read as a result set, and by COPY again in {} min: {}",
                    AGAIN.toMinutes(),
                    why.getMessage());
        }
    }

    void noStraight(StoreException why) {
        if (straight.off()) {
            LOG.info(
                    "rows go by way of a temporary table, and straight again in {} min: {}",
                    AGAIN.toMinutes(),
                    why.getMessage());
        }
    }

    void noStaged(StoreException why) {
        if (staged.off()) {
            LOG.warn(
                    "{}; rows are written one statement each, which is slower, and the quicker way is tried again in {}"
                            + " min: Bailey's user needs the TEMPORARY privilege on the database for it",
                    why.getMessage(),
                    AGAIN.toMinutes());
        }
    }
}
