package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables of a journal file and how connections to it are set. The log has a row for every group of changes; what it tells
 * is folded into segments, which hold records without headers and bodies. Those stay in the log until their records are
 * removed, or get rows of their own when others of their time are. Version 2 added the kept keys, version 3 the log,
 * version 4 its files, in which all is written that changes nothing else; the table has the rest. Moments are
 * nanoseconds since 1970, UTC.
 */
final class Schema {

    static final int VERSION = 4;
    static final int PAGE_BYTES = 4_096;

    private static final List<String> TABLES = List.of(
            "create table if not exists meta (name text primary key, value integer not null) without rowid",
            "create table if not exists slice (id integer primary key, name text not null unique,"
                    + " appended integer not null, last integer not null)",
            "create table if not exists log (row integer primary key, bytes blob not null)",
            "create table if not exists segment (first integer primary key, last integer not null,"
                    + " records integer not null, open integer not null, gap integer not null, parked integer not null,"
                    + " from_row integer not null, min_id text not null, max_id text not null, first_at integer not null,"
                    + " last_at integer not null)",
            "create table if not exists heads (first integer primary key, bytes blob not null)",
            "create table if not exists late (seq integer primary key, bytes blob not null)",
            "create table if not exists gap (slice integer not null, entity text not null, seq integer not null,"
                    + " primary key (slice, entity, seq)) without rowid",
            "create table if not exists content (seq integer primary key, idempotency_key text not null,"
                    + " headers blob not null, body blob not null)",
            "create table if not exists answer (seq integer primary key, status integer not null,"
                    + " headers blob not null, body blob not null)",
            "create table if not exists fence (seq integer primary key, slice integer not null, at integer not null)",
            "insert or ignore into meta (name, value) values ('schema', " + VERSION
                    + "), ('probe', 0), ('folded', 0), ('last', 0), ('files', 0)");

    private Schema() {}

    /** Creates the tables, or checks that this code understands those that are there; what is in them. */
    static Store prepare(Path file, Tail tail) {
        return prepare(file, tail, LogDisk.FILES);
    }

    static Store prepare(Path file, Tail tail, LogDisk disk) {
        Store store = read(file, tail, disk);
        store.secure();
        try (Connection connection = connect(file)) {
            KeyTable.recover(connection, store);
            return store;
        } catch (SQLException e) {
            throw cannotOpen(file, e);
        }
    }

    private static JournalException cannotOpen(Path file, SQLException e) {
        return new JournalException(
                "cannot open " + file + " as a journal: " + e.getMessage() + ": check the disk and the file", e);
    }

    private static Store read(Path file, Tail tail, LogDisk disk) {
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement()) {
            int version = version(statement);
            if (version > VERSION) {
                throw new JournalException("the journal file " + file + " has schema version " + version
                        + " (expected <= " + VERSION + "): run the newer Bailey that wrote it");
            }
            statement.execute("pragma journal_mode = wal");
            statement.execute("begin immediate");
            for (String ddl : TABLES) {
                statement.execute(ddl);
            }
            for (String ddl : KeyTable.TABLES) {
                statement.execute(ddl);
            }
            statement.execute("update meta set value = " + VERSION + " where name = 'schema'");
            statement.execute("commit");
            Conversion.run(connection);
            return Store.read(connection, LogFiles.of(file, disk), tail);
        } catch (SQLException e) {
            throw cannotOpen(file, e);
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet found =
                statement.executeQuery("select count(*) from sqlite_master where type = 'table' and name = 'meta'")) {
            if (!found.next() || found.getInt(1) == 0) {
                return VERSION;
            }
        }
        try (ResultSet found = statement.executeQuery("select value from meta where name = 'schema'")) {
            return found.next() ? found.getInt(1) : VERSION;
        }
    }

    static Connection connect(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 2000");
            statement.execute("pragma synchronous = full");
            statement.execute("pragma wal_autocheckpoint = 0");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    static Connection connectReadOnly(Path file) throws SQLException {
        Connection connection = connect(file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma query_only = on");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }
}
