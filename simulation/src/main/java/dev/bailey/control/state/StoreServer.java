package dev.bailey.control.state;

import dev.bailey.model.write.Partition;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/**
 * The server of the shared store as several processes see it, in the place of PostgreSQL.
 *
 * <pre>
 * Sessions and transactions in isolation read committed: every statement sees what was committed when it began, and what its own
 * transaction wrote. Rows of members and of the lease are locked one by one, as their statements ask for; whatever else is written is
 * locked as one. A session that idles in a transaction is ended when somebody waits for it. The clock is the simulation's.
 * Statements are those of the production code, with some words of PostgreSQL in those of SQLite ({@link StoreStatement}).
 * </pre>
 */
public final class StoreServer implements AutoCloseable {

    /** All that is written beside the rows that are locked one by one. */
    static final String REST = "rest";

    private static final List<String> TABLES = List.of(
            "create table if not exists node (name text primary key, incarnation integer not null, admin text not null,"
                    + " joined integer not null, until integer not null, held_until integer)",
            "create table if not exists lease (purpose text primary key, term integer not null, tenure integer not null,"
                    + " holder text, incarnation integer)",
            "create table if not exists member (name text not null, incarnation integer not null, url text not null,"
                    + " admin text not null, joined integer not null, expelled integer not null, free integer not null,"
                    + " primary key (name, incarnation))",
            "create table if not exists member_time (name text not null, incarnation integer not null,"
                    + " until integer not null, leads integer not null, silent integer, carries integer not null default 0,"
                    + " primary key (name, incarnation))",
            "create table if not exists delivery_partition (number integer primary key, holder text not null,"
                    + " wanted text not null, clean integer not null)",
            "create table if not exists member_ack (name text not null, incarnation integer not null,"
                    + " slice text not null, held integer not null, settled integer not null,"
                    + " primary key (name, incarnation, slice))",
            "alter table debt add column origin text",
            "create unique index debt_origin on debt (origin)",
            "insert or ignore into lease values ('owner', 0, 0, null, null)");
    private static final List<String> EMPTY = List.of(
            "delete from node",
            "delete from member",
            "delete from member_time",
            "delete from member_ack",
            "delete from delivery_partition",
            "delete from slice_state",
            "delete from transition",
            "delete from pending",
            "delete from debt",
            "update lease set term = 0, tenure = 0, holder = null, incarnation = null");

    private final Connection writing;
    private final Connection reading;
    private final Map<String, StoreStatement> known = new HashMap<>();
    private final Map<String, PreparedStatement> written = new HashMap<>();
    private final Map<String, PreparedStatement> read = new HashMap<>();
    private final Map<Integer, StoreSession> sessions = new HashMap<>();
    private final RowLocks locks = new RowLocks();
    private LongSupplier nanoTime = () -> 0;
    private int begun;

    private StoreServer(Connection writing, Connection reading) {
        this.writing = writing;
        this.reading = reading;
    }

    public static StoreServer open(Path file) {
        try {
            StoreServer server = new StoreServer(connected(file), connected(file));
            try (Statement statement = server.writing.createStatement()) {
                for (String table : Schema.tables()) {
                    statement.execute(table);
                }
                for (String table : TABLES) {
                    statement.execute(table);
                }
            }
            server.register(server.writing);
            server.register(server.reading);
            server.writing.setAutoCommit(false);
            return server;
        } catch (SQLException e) {
            throw new StateException("cannot open the simulated store: " + e.getMessage(), e);
        }
    }

    private static Connection connected(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = off");
        }
        return connection;
    }

    /** Empties the store for another world, with a clock of its own. */
    public void begin(LongSupplier clock) {
        try {
            writing.rollback();
            try (Statement statement = writing.createStatement()) {
                for (String change : EMPTY) {
                    statement.executeUpdate(change);
                }
            }
            writing.commit();
        } catch (SQLException e) {
            throw new StateException("cannot empty the simulated store: " + e.getMessage(), e);
        }
        sessions.clear();
        locks.clear();
        begun = 0;
        nanoTime = clock;
    }

    private void register(Connection connection) {
        try {
            Function.create(connection, "clock_timestamp", new Function() {
                @Override
                protected void xFunc() throws SQLException {
                    result(millis());
                }
            });
        } catch (SQLException e) {
            throw new StateException("the simulated store has no clock: " + e.getMessage(), e);
        }
    }

    private long millis() {
        return Duration.ofNanos(nanoTime.getAsLong()).toMillis();
    }

    long now() {
        return nanoTime.getAsLong();
    }

    RowLocks locks() {
        return locks;
    }

    StoreStatement statement(String sql) {
        return known.computeIfAbsent(sql, StoreStatement::of);
    }

    StoreSession session(Way way, Duration lockBound) {
        StoreSession session = new StoreSession(this, way, ++begun, lockBound);
        sessions.put(begun, session);
        return session;
    }

    @Nullable
    StoreSession session(int pid) {
        return sessions.get(pid);
    }

    void forget(int pid) {
        sessions.remove(pid);
    }

    StoreRows query(String sql, List<@Nullable Object> arguments, boolean inTransaction) throws SQLException {
        PreparedStatement statement = prepared(sql, arguments, inTransaction);
        try (ResultSet found = statement.executeQuery()) {
            return StoreRows.of(found);
        }
    }

    int update(String sql, List<@Nullable Object> arguments) throws SQLException {
        return prepared(sql, arguments, true).executeUpdate();
    }

    private PreparedStatement prepared(String sql, List<@Nullable Object> arguments, boolean inTransaction)
            throws SQLException {
        Map<String, PreparedStatement> cached = inTransaction ? written : read;
        PreparedStatement statement = cached.get(sql);
        if (statement == null) {
            statement = (inTransaction ? writing : reading).prepareStatement(sql);
            cached.put(sql, statement);
        }
        for (int i = 0; i < arguments.size(); i++) {
            statement.setObject(i + 1, arguments.get(i));
        }
        return statement;
    }

    /** Who holds a partition, by what is committed; empty for nobody. */
    public String holder(Partition partition) {
        try {
            ResultSet found = query(
                            "select holder from delivery_partition where number = ?",
                            List.of(partition.number()),
                            false)
                    .asResultSet();
            return found.next() ? found.getString(1) : "";
        } catch (SQLException e) {
            throw new StateException("the simulated store cannot be read: " + e.getMessage(), e);
        }
    }

    void commit() throws SQLException {
        writing.commit();
    }

    void rollback() {
        try {
            writing.rollback();
        } catch (SQLException e) {
            throw new StateException("the simulated store cannot roll back: " + e.getMessage(), e);
        }
    }

    /** The sessions of a process that died. */
    void ended(Way way) {
        new ArrayList<>(sessions.values())
                .stream().filter(session -> session.isOf(way)).forEach(StoreSession::end);
    }

    @Override
    public void close() {
        try {
            writing.close();
            reading.close();
        } catch (SQLException e) {
            throw new StateException("the simulated store cannot be closed: " + e.getMessage(), e);
        }
    }
}
