package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.SqlPools.RefusedException;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.KeyNames;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What capturing from a MariaDB server's binary log needs besides the stream itself: a table of one row for markers. Thread-safe. */
public final class MariaLog implements AutoCloseable {

    /** The column of the table of markers that holds them. */
    public static final String MARKER = "marker";

    private static final List<String> RIGHTS = List.of("REPLICATION SLAVE", "BINLOG MONITOR");
    private static final int WRONG_POSITION = 1220;

    private final SqlPools pools;
    private final String markers;

    private MariaLog(SqlPools pools, String markers) {
        this.pools = pools;
        this.markers = markers;
    }

    /**
     * Connects to nothing yet.
     *
     * @param name for messages
     * @param markers of the table of markers, in the database of the URL
     */
    public static MariaLog open(String name, Login login, String markers) {
        SqlStore store = new SqlStore(login.jdbc(), login.user(), login.password(), "", Map.of(), Optional.empty());
        return new MariaLog(SqlPools.open(name, SqlDialect.MARIADB, store), markers);
    }

    /** What the declared tables are there, or what keeps their changes from being captured with their keys. */
    public LogTables tables(Map<String, KeyNames> declared) throws StoreException {
        return pools.read(connection -> {
            Optional<String> unfit = unfit(connection);
            return unfit.isPresent() ? new LogTables.Obstacle(unfit.get()) : new MariaTables(connection).of(declared);
        });
    }

    private static Optional<String> unfit(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select @@version, @@log_bin, @@global.binlog_format,"
                        + " @@global.binlog_row_image, coalesce(database(), '')")) {
            found.next();
            if (!found.getString(1).contains("MariaDB")) {
                return Optional.of(
                        "the server is no MariaDB (version " + found.getString(1) + "); use an outbox for this side");
            }
            if (found.getInt(2) != 1) {
                return Optional.of("the binary log is off (expected log_bin); set it and restart the server");
            }
            if (!found.getString(3).equals("ROW")) {
                return Optional.of("binlog_format is " + found.getString(3)
                        + " (expected ROW); set it and end the connections that are open");
            }
            if (!found.getString(4).equals("FULL")) {
                return Optional.of("binlog_row_image is " + found.getString(4)
                        + " (expected FULL); set it and end the connections that are open");
            }
            return found.getString(5).isEmpty()
                    ? Optional.of("the jdbc URL names no database (expected the one for Bailey's table of markers)")
                    : Optional.empty();
        }
    }

    /** Rights on the whole server that this user lacks and capturing needs, each with its remedy. Roles are not followed. */
    public List<String> missing() throws StoreException {
        return pools.read(connection -> {
            List<String> granted = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet grants = statement.executeQuery("show grants")) {
                while (grants.next()) {
                    granted.add(grants.getString(1).toUpperCase(Locale.ROOT));
                }
            }
            List<String> everywhere = granted.stream()
                    .filter(grant -> grant.contains(" ON *.* "))
                    .map(grant -> grant.substring(0, grant.indexOf(" ON *.* ")))
                    .toList();
            boolean roles = granted.stream().anyMatch(grant -> !grant.contains(" ON "));
            return roles || everywhere.stream().anyMatch(grant -> grant.contains("ALL PRIVILEGES"))
                    ? List.of()
                    : RIGHTS.stream()
                            .filter(right -> everywhere.stream().noneMatch(grant -> grant.contains(right)))
                            .map(right ->
                                    "its user lacks a right; grant " + right.toLowerCase(Locale.ROOT) + " on *.* to it")
                            .toList();
        });
    }

    /** Whether the log still holds what comes next. */
    public enum Held {
        YES,
        /** The file is gone. */
        PURGED,
        /** Something else stands there: it was begun anew, or it is another server's. */
        OTHER
    }

    /** @param transaction the GTID of the one that begins there */
    public Held holds(String file, long position, String transaction) throws StoreException {
        return pools.read(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet files = statement.executeQuery("show binary logs")) {
                boolean there = false;
                while (files.next()) {
                    there |= files.getString(1).equals(file);
                }
                if (!there) {
                    return Held.PURGED;
                }
            }
            try (Statement statement = connection.createStatement();
                    ResultSet events = statement.executeQuery(
                            "show binlog events in '" + file.replace("'", "''") + "' from " + position + " limit 1")) {
                return events.next() && (" " + events.getString("Info") + " ").contains(" " + transaction + " ")
                        ? Held.YES
                        : Held.OTHER;
            } catch (SQLException e) {
                if (e.getErrorCode() == WRONG_POSITION) {
                    return Held.OTHER;
                }
                throw e;
            }
        });
    }

    /** Bytes from there to the log's end; empty where the file is gone. */
    public OptionalLong bytesBehind(String file, long position) throws StoreException {
        return pools.read(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet files = statement.executeQuery("show binary logs")) {
                OptionalLong bytes = OptionalLong.empty();
                while (files.next()) {
                    long size = files.getLong(2);
                    if (files.getString(1).equals(file)) {
                        bytes = OptionalLong.of(Math.max(0, size - position));
                    } else if (bytes.isPresent()) {
                        bytes = OptionalLong.of(bytes.getAsLong() + size);
                    }
                }
                return bytes;
            }
        });
    }

    /** Makes the table of markers anew. Even where it was there, the log holds a transaction from then on. */
    public void create() throws StoreException {
        drop();
        execute("create table " + table() + " (id int primary key, " + MARKER
                + " varchar(100) character set ascii) engine = innodb");
    }

    public void drop() throws StoreException {
        execute("drop table if exists " + table());
    }

    /**
     * Writes a marker, behind everything that is in the log by now. Transactions are seen in the order of the log, so what is
     * before it can be seen when this returns.
     *
     * @param marker another one than the last
     */
    public void mark(String marker) throws StoreException {
        write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("insert into " + table() + " (id, " + MARKER
                    + ") values (1, ?) on duplicate key update " + MARKER + " = values(" + MARKER + ")")) {
                statement.setString(1, marker);
                return statement.executeUpdate() > 0;
            }
        });
    }

    /** What a reader of the log failed of, without values of rows. */
    public static String withoutValues(@Nullable Throwable failure) {
        return ReaderFailure.withoutValues(SqlDialect.MARIADB, failure);
    }

    /** Whether a reader of the log failed neither of network nor server: it does not understand what stands there, and never will. */
    public static boolean isOfItsContent(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof SQLException || cause instanceof TimeoutException) {
                return false;
            }
        }
        return failure != null;
    }

    private String table() {
        return SqlDialect.MARIADB.quoted(markers);
    }

    private void execute(String sql) throws StoreException {
        write(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    private void write(SqlPools.Work<Boolean> work) throws StoreException {
        try {
            pools.write(work);
        } catch (RefusedException e) {
            throw new StoreException("table " + markers + ": " + e.reason, e);
        }
    }

    @Override
    public void close() {
        pools.close();
    }
}
