package dev.bailey.journal.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Whether this process may write: asked as the first statement of every transaction of the journal's writer, on its connection.
 * Called by the writer's thread alone, and once by the thread that opens the journal.
 */
@FunctionalInterface
public interface Fence {

    /**
     * Returns when this process may write, and keeps it so until the transaction ends: whoever takes the right away must wait for
     * what is locked here. Once another process may have had the right, this fence never lets anybody pass again.
     *
     * @throws SQLException when it may not, or nobody can tell; its message says who has the right
     */
    void check(Connection connection) throws SQLException;
}
