package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.SqlPools.RefusedException;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.FeedSpec.Login;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What capturing from a PostgreSQL write-ahead log needs besides the stream itself: slot, publication, markers. Thread-safe. */
public final class PostgresLog implements AutoCloseable {

    private final SqlPools pools;
    private final String slot;

    private PostgresLog(SqlPools pools, String slot) {
        this.pools = pools;
        this.slot = slot;
    }

    /**
     * Connects to nothing yet.
     *
     * @param name for messages
     * @param slot of the replication slot, and of the publication
     */
    public static PostgresLog open(String name, Login login, String slot) {
        SqlStore store = new SqlStore(login.jdbc(), login.user(), login.password(), "", Map.of(), Optional.empty());
        return new PostgresLog(SqlPools.open(name, SqlDialect.POSTGRESQL, store), slot);
    }

    /** How a slot stands. */
    public sealed interface Slot {

        record Missing() implements Slot {}

        /** The server has thrown away what it would give next. */
        record Invalid() implements Slot {}

        /**
         * It gives what comes next.
         *
         * @param confirmed up to which position of the log it has been let go
         * @param end of the log
         */
        record Good(long confirmed, long end) implements Slot {}
    }

    public Slot slot() throws StoreException {
        return pools.read(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select wal_status, confirmed_flush_lsn - '0/0'::pg_lsn,"
                            + " pg_current_wal_lsn() - '0/0'::pg_lsn from pg_replication_slots where slot_name = ?")) {
                statement.setString(1, slot);
                try (ResultSet found = statement.executeQuery()) {
                    if (!found.next()) {
                        return new Slot.Missing();
                    }
                    return "lost".equals(found.getString(1))
                            ? new Slot.Invalid()
                            : new Slot.Good(found.getLong(2), found.getLong(3));
                }
            }
        });
    }

    /**
     * What the publication tells of: another text as soon as it, or a table in it, was taken away, made anew or filtered;
     * empty where there is none. From version 18 on the server does not fail without it but tells nothing.
     */
    public String published() throws StoreException {
        return pools.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select concat_ws(' ', p.oid, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot, (select"
                            + " string_agg(r.oid || ':' || r.prrelid, ',' order by r.oid) from pg_publication_rel r"
                            + " where r.prpubid = p.oid)) from pg_publication p where p.pubname = ?")) {
                statement.setString(1, slot);
                try (ResultSet found = statement.executeQuery()) {
                    return found.next() ? found.getString(1) : "";
                }
            }
        });
    }

    /**
     * What keeps changes of these tables from being captured with their keys; empty when nothing does.
     *
     * @param tables with schema, to the column that holds the entity key
     */
    public Optional<String> obstacle(Map<String, String> tables) throws StoreException {
        return pools.read(connection -> {
            String level = text(connection, "show wal_level");
            if (!level.equals("logical")) {
                return Optional.of("wal_level is " + level + " (expected logical); set it and restart the database");
            }
            for (Map.Entry<String, String> table : new TreeMap<>(tables).entrySet()) {
                Optional<String> wrong = obstacle(connection, table.getKey(), table.getValue());
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
            return Optional.empty();
        });
    }

    /** A deleted row is told by its replica identity alone, that of its partition, so the key must be a part of that. */
    private static Optional<String> obstacle(Connection connection, String table, String column) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select c.oid::regclass::text, exists (select 1 from pg_attribute a where a.attrelid = c.oid and"
                        + " a.attname = ? and not a.attisdropped), c.relkind = 'p' or c.relreplident = 'f' or exists"
                        + " (select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum ="
                        + " any (i.indkey) where i.indrelid = c.oid and a.attname = ? and (c.relreplident = 'd' and"
                        + " i.indisprimary or c.relreplident = 'i' and i.indisreplident)) from pg_class c where c.oid"
                        + " = to_regclass(?) or c.oid in (select relid from pg_partition_tree(to_regclass(?))) order by"
                        + " c.oid <> to_regclass(?), 1")) {
            statement.setString(1, column);
            statement.setString(2, column);
            statement.setString(3, table);
            statement.setString(4, table);
            statement.setString(5, table);
            try (ResultSet found = statement.executeQuery()) {
                boolean any = false;
                while (found.next()) {
                    any = true;
                    if (!found.getBoolean(2)) {
                        return Optional.of("table " + table + " has no column " + column);
                    }
                    if (!found.getBoolean(3)) {
                        String which = found.getString(1);
                        return Optional.of("a deleted row of " + which + " would not tell its " + column
                                + "; run: alter table " + which + " replica identity full");
                    }
                }
                return any ? Optional.empty() : Optional.of("there is no table " + table);
            }
        }
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getString(1);
        }
    }

    /** Makes the publication of these tables and the slot, which begins now. What stood there under these names goes. */
    public void create(Iterable<String> tables) throws StoreException {
        drop();
        write(connection -> {
            try (Statement statement = connection.createStatement()) {
                // What happens in a partition is told of the table that has it.
                statement.execute("create publication " + slot + " for table " + String.join(", ", sorted(tables))
                        + " with (publish_via_partition_root = true)");
            }
            return true;
        });
        // In a transaction of its own: a slot cannot be made in one that has written.
        write(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select pg_create_logical_replication_slot(?, 'pgoutput')")) {
                statement.setString(1, slot);
                return statement.execute();
            }
        });
    }

    /** Whether all of these are in the publication. */
    public boolean publishes(Iterable<String> tables) throws StoreException {
        return pools.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select exists (select 1 from pg_publication_rel r join pg_publication p on"
                            + " p.oid = r.prpubid where p.pubname = ? and r.prrelid = to_regclass(?))")) {
                for (String table : tables) {
                    statement.setString(1, slot);
                    statement.setString(2, table);
                    try (ResultSet found = statement.executeQuery()) {
                        if (!found.next() || !found.getBoolean(1)) {
                            return false;
                        }
                    }
                }
                return true;
            }
        });
    }

    /** What a reader of the log failed of, without values of rows. */
    public static String withoutValues(@Nullable Throwable error) {
        String kind = "it does not tell why";
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case SQLException sql -> {
                    return SqlDialect.POSTGRESQL.withoutValues(sql);
                }
                case IOException io
                when io.getClass().getName().startsWith("java") -> {
                    return String.valueOf(io.getMessage());
                }
                default -> kind = cause.getClass().getSimpleName();
            }
        }
        return kind;
    }

    private static List<String> sorted(Iterable<String> tables) {
        TreeSet<String> names = new TreeSet<>();
        tables.forEach(names::add);
        return List.copyOf(names);
    }

    /** Takes slot and publication away, where they are. */
    public void drop() throws StoreException {
        write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = ?")) {
                statement.setString(1, slot);
                return statement.execute();
            }
        });
        write(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("drop publication if exists " + slot);
            }
        });
    }

    /** Writes a message into the log, behind everything that is committed by now. */
    public void emit(String prefix, String content) throws StoreException {
        write(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select pg_logical_emit_message(true, ?, ?::text)")) {
                statement.setString(1, prefix);
                statement.setString(2, content);
                return statement.execute();
            }
        });
    }

    private void write(SqlPools.Work<Boolean> work) throws StoreException {
        try {
            pools.write(work);
        } catch (RefusedException e) {
            throw new StoreException("slot " + slot + ": " + e.reason, e);
        }
    }

    @Override
    public void close() {
        pools.close();
    }
}
