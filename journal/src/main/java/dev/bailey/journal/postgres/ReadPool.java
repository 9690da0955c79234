package dev.bailey.journal.postgres;

import dev.bailey.journal.JournalException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few connections for queries, opened when first needed and again when lost; a query waits a bounded time for its turn. Thread-safe. */
final class ReadPool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReadPool.class);
    private static final long WAIT_S = 10;

    private final Connections connections;
    private final ArrayBlockingQueue<Slot> free;

    ReadPool(Connections connections) {
        this.connections = connections;
        int size = connections.settings().readConnections();
        this.free = new ArrayBlockingQueue<>(size);
        for (int i = 0; i < size; i++) {
            free.add(new Slot());
        }
    }

    /** A place for one connection; whoever has it has it alone. */
    private static final class Slot {
        private @Nullable Connection connection;
    }

    /** What a query does with its connection; it must not keep it, and may be run again when the connection is lost. */
    @FunctionalInterface
    interface Query<T> {
        T run(Connection connection) throws SQLException;
    }

    <T> T read(Query<T> query) {
        Slot slot = take();
        try {
            Connection kept = slot.connection;
            if (kept != null) {
                try {
                    return query.run(kept);
                } catch (SQLException e) {
                    if (!PostgresFailure.isLost(e)) {
                        throw e;
                    }
                    drop(slot);
                }
            }
            return once(slot, query);
        } catch (SQLException e) {
            throw new JournalException("the journal cannot be read: " + e.getMessage(), e);
        } finally {
            free.add(slot);
        }
    }

    private <T> T once(Slot slot, Query<T> query) throws SQLException {
        Connection opened = connections.reader();
        slot.connection = opened;
        try {
            return query.run(opened);
        } catch (SQLException e) {
            drop(slot);
            throw e;
        }
    }

    private static void drop(Slot slot) {
        Connection lost = slot.connection;
        slot.connection = null;
        if (lost != null) {
            try {
                lost.close();
            } catch (SQLException e) {
                log.debug("closing a connection that was lost", e);
            }
        }
    }

    private Slot take() {
        try {
            Slot slot = free.poll(WAIT_S, TimeUnit.SECONDS);
            if (slot == null) {
                throw new JournalException("no connection for a query of the journal within " + WAIT_S
                        + " s: too many queries at once, or the journal is closed");
            }
            return slot;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("interrupted while waiting to read the journal", e);
        }
    }

    /** Waits for running queries, then closes the connections. */
    @Override
    public void close() {
        for (int i = connections.settings().readConnections(); i > 0; i--) {
            drop(take());
        }
    }
}
