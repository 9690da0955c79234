package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.SqlPools.RefusedException;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.KeyNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What capturing from a PostgreSQL write-ahead log needs besides the stream itself: slot, publication, markers. Thread-safe. */
public final class PostgresLog implements AutoCloseable {

    /** By a right of one's own, or by the role that Amazon RDS gives instead of it. */
    private static final String MAY_REPLICATE =
            "select rolsuper or rolreplication or exists (select 1 from pg_roles rds"
                    + " where rds.rolname = 'rds_replication' and pg_has_role(current_user, rds.oid, 'member')) from pg_roles where"
                    + " rolname = current_user";

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
     * What the publication tells of: another text as soon as it, or a table in it, was taken away, made anew, renamed,
     * inherited from or filtered; empty where there is none. From version 18 on the server does not fail without it but
     * tells nothing.
     */
    public String published() throws StoreException {
        return pools.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select concat_ws(' ', p.oid, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot, (select"
                            + " string_agg(concat_ws(':', r.oid, r.prrelid, n.nspname, c.relname, (select"
                            + " string_agg(i.inhrelid::text, '+' order by i.inhrelid) from pg_inherits i where"
                            + " i.inhparent = c.oid and c.relkind = 'r')), ',' order by r.oid) from"
                            + " pg_publication_rel r join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid ="
                            + " c.relnamespace where r.prpubid = p.oid)) from pg_publication p where p.pubname = ?")) {
                statement.setString(1, slot);
                try (ResultSet found = statement.executeQuery()) {
                    return found.next() ? found.getString(1) : "";
                }
            }
        });
    }

    /**
     * What the declared tables are there, or what keeps their changes from being captured with their keys.
     *
     * @param declared to the columns that hold the entity key
     */
    public LogTables tables(Map<String, KeyNames> declared) throws StoreException {
        return pools.read(connection -> {
            String level = text(connection, "show wal_level");
            return level.equals("logical")
                    ? new PostgresTables(connection).of(declared)
                    : new LogTables.Obstacle(
                            "wal_level is " + level + " (expected logical); set it and restart the database");
        });
    }

    /** What this user may not do, or the server has no room for, that capturing these tables needs; each with its remedy. */
    public List<String> missing(List<LogTable> tables) throws StoreException {
        return pools.read(connection -> {
            List<String> missing = new ArrayList<>();
            String user = text(connection, "select current_user");
            if (!truth(connection, MAY_REPLICATE)) {
                missing.add("user " + user + " may not replicate; alter role " + user + " replication");
            }
            if (!truth(connection, "select has_database_privilege(current_database(), 'create')")) {
                String database = text(connection, "select current_database()");
                missing.add("user " + user + " may not make a publication; grant create on database " + database
                        + " to " + user);
            }
            for (LogTable table : tables) {
                try (PreparedStatement statement = connection.prepareStatement("select pg_has_role(relowner, 'usage'),"
                        + " pg_get_userbyid(relowner) from pg_class where oid = to_regclass(?)")) {
                    statement.setString(1, quoted(table));
                    try (ResultSet found = statement.executeQuery()) {
                        if (found.next() && !found.getBoolean(1)) {
                            missing.add("user " + user + " may not publish table " + table
                                    + ", only its owner may; grant " + found.getString(2) + " to " + user);
                        }
                    }
                }
            }
            taken(connection, "max_replication_slots", "pg_replication_slots where slot_name <> ?", missing);
            taken(
                    connection,
                    "max_wal_senders",
                    "pg_stat_replication where pid not in (select active_pid from pg_replication_slots where slot_name = ?"
                            + " and active_pid is not null)",
                    missing);
            return missing;
        });
    }

    /** @param others what takes places but for what this slot has itself */
    private void taken(Connection connection, String bound, String others, List<String> missing) throws SQLException {
        String sql = "select count(*) < current_setting('" + bound + "')::int from " + others;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, slot);
            try (ResultSet free = statement.executeQuery()) {
                if (free.next() && !free.getBoolean(1)) {
                    missing.add("all of " + bound + " = " + text(connection, "show " + bound)
                            + " are taken (expected a free one); raise it and restart the database");
                }
            }
        }
    }

    private static boolean truth(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            return found.next() && found.getBoolean(1);
        }
    }

    /**
     * Whether everybody sees what these transactions did. The log tells of one as soon as its end is on disk, which is before
     * that; where it also waits for a standby, long before.
     *
     * @param transactions the lower halves of their ids, as the log tells them
     */
    public boolean shows(Collection<Long> transactions) throws StoreException {
        return pools.read(connection -> {
            String[] snapshot =
                    text(connection, "select pg_current_snapshot()::text").split(":", -1);
            long first = Long.parseLong(snapshot[0]);
            long next = Long.parseLong(snapshot[1]);
            List<String> running = List.of(snapshot[2].split(","));
            return transactions.stream().allMatch(transaction -> {
                long newest = next + Integer.MAX_VALUE;
                long id = newest - ((newest - transaction) & 0xffff_ffffL);
                return id < first || id < next && !running.contains(Long.toString(id));
            });
        });
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getString(1);
        }
    }

    /**
     * Makes the publication of these tables and the slot, which begins now. What stood there under these names goes.
     *
     * @param migration whose they are, which the publication's comment tells: {@link IdleSlots} reads it
     */
    public void create(List<LogTable> tables, String migration) throws StoreException {
        drop();
        write(connection -> {
            try (Statement statement = connection.createStatement()) {
                // What happens in a partition is told of the table that has it.
                statement.execute("create publication " + slot + " for table "
                        + tables.stream().map(PostgresLog::quoted).collect(Collectors.joining(", "))
                        + " with (publish_via_partition_root = true)");
                statement.execute("comment on publication " + slot + " is '" + IdleSlots.OWNER
                        + migration.replace("'", "''") + "'");
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
    public boolean publishes(List<LogTable> tables) throws StoreException {
        return pools.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select exists (select 1 from pg_publication_rel r join pg_publication p on"
                            + " p.oid = r.prpubid where p.pubname = ? and r.prrelid = to_regclass(?))")) {
                for (LogTable table : tables) {
                    statement.setString(1, slot);
                    statement.setString(2, quoted(table));
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
    public static String withoutValues(@Nullable Throwable failure) {
        return ReaderFailure.withoutValues(SqlDialect.POSTGRESQL, failure);
    }

    private static String quoted(LogTable table) {
        return SqlDialect.POSTGRESQL.quoted(table.schema()) + "." + SqlDialect.POSTGRESQL.quoted(table.name());
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
