package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * A transaction of PostgreSQL that lands soon after a question or not at all, wherever the process stands still.
 *
 * <p>It is begun before the question is asked. The server ends it when it lies idle for longer than the bound; as the last thing
 * before it is committed the server is asked whether it is older than the bound. So whatever is written is there within twice the
 * bound after the question, by the server's own clock: once it was older nothing is sent to commit it, and who stands still after
 * that look finds the connection gone. What is not bounded is the time that the server itself takes over the commit; and the locks
 * of one that stands still in the middle of a {@code COPY}, for which the server waits without looking at any bound, stay until
 * somebody {@link #end}s it.
 *
 * @param name the application's, while it lasts
 * @param within of the question; whole milliseconds, at least one
 * @param before the question
 */
record TimedTransaction(String name, Duration within, BeforeWrite before) {

    /** How long one that is told to end may take for it: it may be committing. */
    private static final Duration GONE_WITHIN = Duration.ofSeconds(10);

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    /**
     * Ends those of this name, and waits until none is there any more: what one of them was committing stands by then or never
     * will. The server's own user must be the same.
     */
    static void end(SqlPools pools, String name) throws StoreException {
        end(pools, name, GONE_WITHIN);
    }

    static void end(SqlPools pools, String name, Duration goneWithin) throws StoreException {
        long start = System.nanoTime();
        // Each look in a transaction of its own: within one the server shows what it showed first.
        while (pools.read(connection -> told(connection, name)) > 0) {
            if (System.nanoTime() - start > goneWithin.toNanos()) {
                throw new StoreException("a transaction of `" + name + "` was told to end, and has not within "
                        + goneWithin.toMillis() + " ms (expected none in pg_stat_activity): it may still be committed;"
                        + " look what the database waits for");
            }
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreException("interrupted while a transaction of `" + name + "` was to end", e);
            }
        }
    }

    /** Tells those of this name to end; returns how many there are. */
    private static int told(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = left(?, 63)"
                        + " and datname = current_database() and usename = current_user and pid <> pg_backend_pid()")) {
            statement.setString(1, name);
            try (ResultSet ended = statement.executeQuery()) {
                return ended.next() ? ended.getInt(1) : 0;
            }
        }
    }

    /** Does the work between the question and the last look; the caller commits at once. */
    <T> T run(Connection connection, SqlPools.Work<T> work) throws SQLException, StoreException {
        long millis = within.toMillis();
        try (PreparedStatement named =
                        connection.prepareStatement("select set_config('application_name', left(?, 63), true)");
                Statement statement = connection.createStatement()) {
            named.setString(1, name);
            named.execute();
            statement.execute("set local idle_in_transaction_session_timeout = " + millis
                    + "; set local statement_timeout = " + millis);
            before.mayWrite();
            T result = work.run(connection);
            try (ResultSet young = statement.executeQuery("select clock_timestamp() <= transaction_timestamp() + "
                    + millis + " * interval '1 millisecond'")) {
                if (!young.next() || !young.getBoolean(1)) {
                    throw new StoreException("a write took longer than " + millis
                            + " ms and was taken back: whether it may still be made would have to be asked again");
                }
            }
            return result;
        }
    }
}
