package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which ways of {@code COPY} a database has shown it does not have, so that they are tried once. Thread-safe. */
final class CopySwitch {

    private static final Logger LOG = LoggerFactory.getLogger(CopySwitch.class);

    private volatile boolean read = true;
    private volatile boolean straight = true;
    private volatile boolean staged = true;

    /** Not able to, whenever it is tried: no such feature for this table, no right to, a mistake in the statement. */
    static boolean isUnable(StoreException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().startsWith("42") || sql.getSQLState().startsWith("0A");
            }
        }
        return false;
    }

    boolean read() {
        return read;
    }

    boolean straight() {
        return straight;
    }

    boolean staged() {
        return staged;
    }

    void noRead(StoreException why) {
        read = false;
        LOG.info("rows are read as a result set from now on: {}", why.getMessage());
    }

    void noStraight(StoreException why) {
        straight = false;
        LOG.info("rows go by way of a temporary table from now on: {}", why.getMessage());
    }

    void noStaged(StoreException why) {
        if (staged) {
            LOG.warn(
                    "{}; rows are written one statement each from now on, which is slower: Bailey's user needs the"
                            + " TEMPORARY privilege on the database for the quicker way",
                    why.getMessage());
        }
        staged = false;
    }
}
