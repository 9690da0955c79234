package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.model.route.EntityKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A table with one row for each document: its statements, and how a document is bound to them. */
final class WrittenTable {

    private final SqlDialect dialect;
    private final String name;
    private final WrittenKey key;
    private final List<Column> columns;
    private final String upsert;
    private final String insert;
    private final String delete;
    private final Optional<Column> versionToAsk;

    /**
     * @param key columns of the entity's key, which are unique; they need not be among the others
     * @param guard column that must not become smaller by an upsert
     */
    WrittenTable(SqlDialect dialect, String name, WrittenKey key, List<Column> columns, Optional<String> guard) {
        List<Column> all = new ArrayList<>(columns);
        key.columns().reversed().stream()
                .filter(column -> !columns.contains(column))
                .forEach(all::addFirst);
        this.dialect = dialect;
        this.name = name;
        this.key = key;
        this.columns = List.copyOf(all);
        this.upsert = dialect.upsert(name, this.columns, key, guard);
        this.versionToAsk = guard.filter(_ -> dialect == SqlDialect.MARIADB)
                .map(column -> this.columns.stream()
                        .filter(each -> each.name().equals(column))
                        .findFirst()
                        .orElseThrow());
        this.insert = dialect.insertVerb() + " " + name + " (" + Column.names(this.columns) + ") values ("
                + Column.expressions(this.columns) + ")";
        this.delete = "delete from " + name + " where " + key.equation();
    }

    String name() {
        return name;
    }

    WrittenKey key() {
        return key;
    }

    List<Column> columns() {
        return columns;
    }

    /** Makes each document a row, new or not; returns how many rows each of them changed. */
    int[] upsert(Connection connection, KeyKind kind, Collection<Document> documents) throws SQLException {
        int[] changed = put(connection, upsert, kind, documents);
        if (versionToAsk.isPresent()) {
            askVersions(connection, kind, documents, versionToAsk.get(), changed);
        }
        return changed;
    }

    /** Where the affected rows of an upsert do not tell: none are where the row still holds a newer version. */
    private void askVersions(
            Connection connection, KeyKind kind, Collection<Document> documents, Column version, int[] changed)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MariaUpsert.newer(name, key, version))) {
            int at = 0;
            for (Document document : documents) {
                int parameter = key.bind(statement, 1, kind, document.key());
                bind(statement, parameter, version, kind, document);
                try (ResultSet row = statement.executeQuery()) {
                    changed[at] = row.next() ? 0 : Math.max(1, Math.abs(changed[at]));
                }
                at++;
            }
        }
    }

    /** Makes each document a new row; a key that is there already is a conflict. */
    void insert(Connection connection, KeyKind kind, Collection<Document> documents) throws SQLException {
        put(connection, insert, kind, documents);
    }

    private int[] put(Connection connection, String sql, KeyKind kind, Collection<Document> documents)
            throws SQLException {
        if (documents.isEmpty()) {
            return new int[0];
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Document document : documents) {
                int parameter = 1;
                for (Column column : columns) {
                    parameter = bind(statement, parameter, column, kind, document);
                }
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    int bind(PreparedStatement statement, int parameter, Column column, KeyKind kind, Document document)
            throws SQLException {
        if (key.has(column)) {
            return key.bind(statement, parameter, column, kind, kind.split(document.key()));
        }
        @Nullable JsonNode value = document.body().get(column.field());
        return column.bind(dialect, statement, parameter, value);
    }

    void delete(Connection connection, KeyKind kind, Collection<EntityKey> keys) throws SQLException {
        deleteAll(connection, delete, key, kind, keys);
    }

    /** Keeps everybody else from changing these rows until the transaction ends. */
    void lock(Connection connection, KeyKind kind, Collection<EntityKey> keys) throws SQLException {
        if (dialect.lock().isEmpty()) {
            return;
        }
        String sql = "select " + key.names() + " from " + name + " where " + key.equation() + dialect.lock();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (EntityKey each : keys.stream().sorted().toList()) {
                key.bind(statement, 1, kind, each);
                statement.executeQuery().close();
            }
        }
    }

    static void deleteAll(Connection connection, String sql, WrittenKey key, KeyKind kind, Collection<EntityKey> keys)
            throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (EntityKey each : keys) {
                key.bind(statement, 1, kind, each);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
