package dev.bailey.control.state;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection to the shared store and what the server calls it. Not thread-safe.
 *
 * @param pid of the server's process for it
 * @param began when that process began; together they never come again
 */
record Session(Connection connection, int pid, String began) {

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final String THAT_ONE = " from pg_stat_activity where pid = ? and backend_start = ?::timestamptz";

    static Session of(Connection connection) throws SQLException {
        return Sql.query(
                        connection,
                        "select pid, backend_start::text from pg_stat_activity where pid = pg_backend_pid()",
                        row -> new Session(connection, row.getInt(1), row.getString(2)))
                .getFirst();
    }

    /**
     * Makes sure that an older session is over, so that whatever it was doing is either committed and seen from here, or never
     * will be.
     */
    void end(Session older, Duration atMost) throws SQLException {
        Sql.query(connection, "select pg_terminate_backend(pid)" + THAT_ONE, row -> 1, older.pid, older.began);
        for (long waits = atMost.dividedBy(LOOK_EVERY); lives(older); waits--) {
            if (waits <= 0) {
                throw new SQLException(
                        "the server has not ended an older connection of this process (its process " + older.pid
                                + ") within " + atMost.toSeconds() + " s",
                        "08006");
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private boolean lives(Session older) throws SQLException {
        List<Integer> found = Sql.query(connection, "select 1" + THAT_ONE, row -> 1, older.pid, older.began);
        return !found.isEmpty();
    }

    /** Cuts the connection without asking the server. */
    void cut(Throwable why) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }
}
