package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.SqlPools.RefusedException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.FeedSpec.Outbox;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rows of an outbox table. No mark is kept of how far it was read: a row is there until it is removed, so one that is
 * committed later than rows of higher ids is not passed by. Thread-safe.
 */
public final class OutboxTable implements AutoCloseable {

    private final SqlPools pools;
    private final String select;
    private final String count;
    private final String table;
    private final String id;
    private final int parts;

    private OutboxTable(SqlPools pools, QuotedNames names, Outbox spec) {
        this.pools = pools;
        this.table = names.table(spec.table());
        this.id = names.column(spec.id());
        String from = " from " + table
                + spec.where().map(where -> " where (" + where + ")").orElse("");
        this.parts = spec.key().count();
        String key = spec.key().names().stream().map(names::column).collect(Collectors.joining(", "));
        this.select = "select " + id + ", " + key + ", "
                + spec.by().map(names::column).orElse("null") + from + " order by " + id + " limit ?";
        this.count = "select count(*) from (select 1" + from + " limit ?) waiting";
    }

    /**
     * Connects to nothing yet.
     *
     * @param name for messages
     * @throws IllegalArgumentException when the URL names a database that Bailey does not speak to
     */
    public static OutboxTable open(String name, Outbox spec) {
        Login login = spec.login();
        SqlDialect dialect = SqlDialect.of(login.jdbc())
                .orElseThrow(
                        () -> new IllegalArgumentException(name + ": the jdbc URL is of no database Bailey speaks to"));
        SqlStore store = new SqlStore(login.jdbc(), login.user(), login.password(), "", Map.of(), Optional.empty());
        return new OutboxTable(SqlPools.open(name, dialect, store), new QuotedNames(dialect), spec);
    }

    /**
     * A row.
     *
     * @param key empty when it, or a part of it, is null
     * @param by who made the change, where a column tells
     */
    public record Row(Object id, Optional<EntityKey> key, Optional<String> by) {}

    /** The rows of the lowest ids. */
    public List<Row> oldest(int most) throws StoreException {
        return pools.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(select)) {
                statement.setInt(1, most);
                List<Row> rows = new ArrayList<>();
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        rows.add(new Row(
                                found.getObject(1), key(found), Optional.ofNullable(found.getString(2 + parts))));
                    }
                }
                return rows;
            }
        });
    }

    /** The key in one column as it is, or out of its parts in several; empty where one of them is. */
    private Optional<EntityKey> key(ResultSet row) throws SQLException {
        List<String> key = new ArrayList<>(parts);
        for (int part = 0; part < parts; part++) {
            String text = row.getString(2 + part);
            if (text == null || text.isEmpty()) {
                return Optional.empty();
            }
            key.add(text);
        }
        return Optional.of(KeyParts.joined(key));
    }

    /** How many rows there are, counted up to a bound. */
    public long waiting(int most) throws StoreException {
        return pools.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(count)) {
                statement.setInt(1, most);
                try (ResultSet found = statement.executeQuery()) {
                    return found.next() ? found.getLong(1) : 0L;
                }
            }
        });
    }

    /** Deletes rows by their ids, in one transaction. */
    public void remove(List<Row> rows) throws StoreException {
        if (rows.isEmpty()) {
            return;
        }
        String delete = "delete from " + table + " where " + id + " in ("
                + String.join(", ", Collections.nCopies(rows.size(), "?")) + ")";
        try {
            pools.write(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(delete)) {
                    for (int i = 0; i < rows.size(); i++) {
                        statement.setObject(i + 1, rows.get(i).id());
                    }
                    return statement.executeUpdate();
                }
            });
        } catch (RefusedException e) {
            throw new StoreException(QuotedNames.shown(table) + " will not have its rows deleted: " + e.reason, e);
        }
    }

    @Override
    public void close() {
        pools.close();
    }
}
