package dev.bailey.journal.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;

/**
 * The server's end of a connection. It lives on when the connection is cut, and may still commit what it was told to: until it
 * has ended nobody can know what is written.
 */
record Backend(int pid, Timestamp start) {

    private static final int LOOKS = 500;

    static Backend of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "select pid, backend_start from pg_stat_activity where pid = pg_backend_pid()")) {
            if (!found.next()) {
                throw new SQLException("pg_stat_activity does not show this connection");
            }
            return new Backend(found.getInt(1), found.getTimestamp(2));
        }
    }

    /** Ends it, over a connection that commits by itself, and waits until it is gone: 10 s at most. */
    void end(Connection connection) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement("select pg_terminate_backend(pid), pg_sleep(0.02)"
                + " from pg_stat_activity where pid = ? and backend_start = ?")) {
            look.setInt(1, pid);
            look.setTimestamp(2, start);
            for (int i = 0; i < LOOKS; i++) {
                try (ResultSet still = look.executeQuery()) {
                    if (!still.next()) {
                        return;
                    }
                }
            }
        }
        throw new SQLException("backend " + pid + " of a connection that was lost does not end within 10 s");
    }
}
