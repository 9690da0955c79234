package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A few connections for queries; a query waits a bounded time for its turn. Thread-safe. */
final class Readers implements AutoCloseable {

    private static final long WAIT_S = 10;

    private final List<Connection> all;
    private final ArrayBlockingQueue<Connection> free;

    private Readers(List<Connection> all) {
        this.all = all;
        this.free = new ArrayBlockingQueue<>(all.size(), false, all);
    }

    static Readers open(Path file, int connections) {
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                all.add(Schema.connectReadOnly(file));
            }
        } catch (SQLException e) {
            for (Connection opened : all) {
                try {
                    opened.close();
                } catch (SQLException left) {
                    e.addSuppressed(left);
                }
            }
            throw new JournalException("cannot open " + file + " for reading: " + e.getMessage(), e);
        }
        return new Readers(all);
    }

    /** What a query does with its connection; it must not keep it. */
    @FunctionalInterface
    interface Query<T> {
        T run(Connection connection) throws SQLException;
    }

    <T> T read(Query<T> query) {
        Connection connection = take();
        try {
            return query.run(connection);
        } catch (SQLException e) {
            throw new JournalException("the journal cannot be read: " + e.getMessage(), e);
        } finally {
            free.add(connection);
        }
    }

    private Connection take() {
        try {
            Connection connection = free.poll(WAIT_S, TimeUnit.SECONDS);
            if (connection == null) {
                throw new JournalException("no connection for a query of the journal within " + WAIT_S
                        + " s: too many queries at once, or the journal is closed");
            }
            return connection;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("interrupted while waiting to read the journal", e);
        }
    }

    /** Waits for running queries, then closes the connections. */
    @Override
    public void close() {
        for (int i = 0; i < all.size(); i++) {
            Connection connection = take();
            try {
                connection.close();
            } catch (SQLException e) {
                throw new JournalException("cannot close a connection of the journal: " + e.getMessage(), e);
            }
        }
    }
}
