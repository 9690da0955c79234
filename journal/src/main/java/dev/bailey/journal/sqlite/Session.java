package dev.bailey.journal.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** The writer's connection: its prepared statements and its open transaction. */
final class Session implements AutoCloseable {

    private static final int CACHE_KIB = 16 * 1024;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private boolean begun;
    private boolean flushes = true;
    private long tablesBytes;

    /** @param connection closed with this */
    Session(Connection connection) {
        this.connection = connection;
    }

    /** To be called once, before anything else. */
    void prepare() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma cache_size = -" + CACHE_KIB);
        }
    }

    Connection connection() {
        return connection;
    }

    /** Sets how far the file may grow; a file that is longer already keeps its length. */
    void limit(long bytes) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma max_page_count = " + Math.max(1, bytes / Schema.PAGE_BYTES));
        }
    }

    /** A statement of the open transaction; one is begun when there is none. */
    PreparedStatement prepared(String sql) throws SQLException {
        if (!begun) {
            known("begin immediate").execute();
            begun = true;
        }
        return known(sql);
    }

    private PreparedStatement known(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known == null) {
            known = connection.prepareStatement(sql);
            statements.put(sql, known);
        }
        return known;
    }

    /** Whether a transaction is open, and changes something. */
    boolean hasBegun() {
        return begun;
    }

    /** Whether SQLite flushes the transactions that follow. Not within one. */
    void flushes(boolean wanted) throws SQLException {
        if (flushes != wanted) {
            known(wanted ? "pragma synchronous = full" : "pragma synchronous = normal")
                    .execute();
            flushes = wanted;
        }
    }

    void commit() throws SQLException {
        known("commit").execute();
        begun = false;
        tablesBytes = Schema.PAGE_BYTES * (number("pragma page_count") - number("pragma freelist_count"));
    }

    private long number(String pragma) throws SQLException {
        try (ResultSet found = known(pragma).executeQuery()) {
            return found.next() ? found.getLong(1) : 0;
        }
    }

    /** What the tables took at the last commit. */
    long tablesBytes() {
        return tablesBytes;
    }

    /** Undoes the open transaction, if its failure has not; what fails in it is added to the cause. */
    void rollback(Throwable cause) {
        try {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
            statements.clear();
            if (begun) {
                begun = false;
                try (Statement statement = connection.createStatement()) {
                    statement.execute("rollback");
                }
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
