package dev.bailey.control.state;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Keeps a process that may not decide any more from writing. It is the <em>first</em> statement of every transaction that
 * writes, on that transaction's own connection, in isolation {@code read committed}: it finds the row that says who is active
 * and keeps it from changing until the transaction ends. So a takeover, which changes that row, waits for the transaction or
 * makes it fail, and after a takeover has committed no older transaction commits.
 *
 * <p>The transaction must not stand open for long: a takeover waits for it. The server should end a session that idles inside
 * one ({@code idle_in_transaction_session_timeout}), since its process may be paused.
 */
@FunctionalInterface
public interface Fence {

    /**
     * Passes, or throws.
     *
     * @throws StateException.Fenced when this process may not decide; the transaction must be rolled back
     * @throws SQLException when the store cannot be asked; the same
     */
    void check(Connection connection) throws SQLException;

    /** The same for those who know the database alone: a no is an {@link SQLException}. */
    default Fence inSql() {
        return connection -> {
            try {
                check(connection);
            } catch (StateException.Fenced fenced) {
                throw new SQLException(fenced.getMessage(), fenced);
            }
        };
    }

    /** For what any process may write at any time, such as a debt. */
    static Fence none() {
        return connection -> Sql.query(connection, "select 1", row -> row.getInt(1));
    }
}
