package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which ways of {@code COPY} a database has shown it does not have, so that they are tried once. Thread-safe. */
final class CopySwitch {

    private static final Logger LOG = LoggerFactory.getLogger(CopySwitch.class);

    private volatile boolean straight = true;
    private volatile boolean staged = true;

    boolean straight() {
        return straight;
    }

    boolean staged() {
        return staged;
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
