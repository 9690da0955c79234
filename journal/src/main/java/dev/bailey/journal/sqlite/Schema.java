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
 * The tables of a journal file and how connections to it are set. Heads and bodies are kept apart, so that a change of
 * state never rewrites a body. Version 2 added the kept keys. Moments are nanoseconds since 1970, UTC.
 */
final class Schema {

    static final int VERSION = 2;
    static final int PAGE_BYTES = 4_096;

    /** The states that are not final; written the same way in index and queries, or SQLite would not use the index. */
    static final String OPEN = "state in (0, 1, 3, 5)";

    /** An applied record without a follower. */
    static final String GAP = "state = 1 and follower is null";

    private static final List<String> TABLES = List.of(
            "create table if not exists meta (name text primary key, value integer not null) without rowid",
            "create table if not exists slice (id integer primary key, name text not null unique,"
                    + " appended integer not null, last integer not null)",
            "create table if not exists record (seq integer primary key, id text not null unique,"
                    + " slice integer not null, entity text, minted integer not null, epoch integer not null,"
                    + " authority integer not null, follower integer, method text not null, target text not null,"
                    + " state integer not null, body_kept integer not null, client_key integer not null,"
                    + " attempts integer not null, note text not null, at integer not null, changed integer not null)",
            "create table if not exists content (seq integer primary key, idempotency_key text not null,"
                    + " headers blob not null, body blob not null)",
            "create table if not exists answer (seq integer primary key, status integer not null,"
                    + " headers blob not null, body blob not null)",
            "create table if not exists fence (seq integer primary key, slice integer not null, at integer not null)",
            "create index if not exists record_open on record (slice, entity, seq) where " + OPEN,
            "create index if not exists record_at on record (slice, at)",
            "insert or ignore into meta (name, value) values ('schema', " + VERSION + "), ('probe', 0)");

    private Schema() {}

    /** Creates the tables, or checks that this code understands those that are there. */
    static void prepare(Path file) {
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
            KeyTable.recover(statement);
            statement.execute("commit");
        } catch (SQLException e) {
            throw new JournalException(
                    "cannot open " + file + " as a journal: " + e.getMessage() + ": check the disk and the file", e);
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
