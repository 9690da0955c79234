package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;

/**
 * Writes documents to a table and its children's tables inside a transaction it is given. An upsert looks at the primary key
 * alone: a conflict on any other unique key fails, it never replaces a row. Children are replaced whole.
 */
final class TableWriter {

    /** In a child table's columns: the element's position, counted from 0. In its values: the parent's key. */
    static final String INDEX = "_index";

    private final SqlDialect dialect;
    private final WriteTable spec;
    private final Optional<String> version;
    private final boolean guarded;
    private final List<Column> columns;
    private final String upsert;
    private final Optional<String> newer;
    private final String delete;
    private final Column key;
    private final List<Child> children = new ArrayList<>();

    private record Child(String field, List<Column> columns, Column parent, String insert, String delete) {}

    private TableWriter(
            SqlDialect dialect, String keyField, Optional<String> version, WriteTable spec, Connection connection)
            throws SQLException {
        this.dialect = dialect;
        this.spec = spec;
        this.version = version;
        this.columns = columns(connection, spec.table(), spec.columns(), spec.values());
        this.key = columns.stream()
                .filter(column -> column.field().equals(keyField))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no column for the key " + keyField));
        Optional<String> guard = version.map(spec.columns()::get);
        this.guarded = guard.isPresent();
        this.upsert = dialect.upsert(spec.table(), columns, key, guard);
        this.newer = guard.filter(column -> dialect == SqlDialect.MARIADB)
                .map(column -> MariaUpsert.newer(spec.table(), key, guardOf(column)));
        this.delete = "delete from " + spec.table() + " where " + key.name() + " = " + key.expression();
        for (Map.Entry<String, ChildTable> child : spec.children().entrySet()) {
            children.add(child(connection, child.getKey(), child.getValue()));
        }
    }

    /** Reads the tables' column types; the connection is not kept. */
    static TableWriter of(
            SqlDialect dialect, String keyField, Optional<String> version, WriteTable spec, Connection connection)
            throws SQLException {
        return new TableWriter(dialect, keyField, version, spec, connection);
    }

    private Child child(Connection connection, String field, ChildTable table) throws SQLException {
        List<Column> elements = columns(connection, table.table(), table.columns(), table.values());
        String expression = table.values().getOrDefault(Projection.PARENT, key.expression());
        Column parent = Column.of(Projection.PARENT, table.parent(), expression, false);
        List<Column> all = new ArrayList<>();
        all.add(parent);
        all.addAll(elements);
        return new Child(
                field,
                elements,
                parent,
                "insert into " + table.table() + " (" + Column.names(all) + ") values (" + Column.expressions(all)
                        + ")",
                "delete from " + table.table() + " where " + parent.name() + " = " + parent.expression());
    }

    private static List<Column> columns(
            Connection connection, String table, Map<String, String> names, Map<String, String> values)
            throws SQLException {
        Set<String> binary = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
            for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
                int type = none.getMetaData().getColumnType(i);
                if (type == Types.BINARY || type == Types.BLOB || type == Types.VARBINARY) {
                    binary.add(none.getMetaData().getColumnName(i));
                }
            }
        }
        return names.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> Column.of(
                        entry.getKey(),
                        entry.getValue(),
                        values.getOrDefault(entry.getKey(), "?"),
                        binary.contains(entry.getValue())))
                .toList();
    }

    /** Writes them all; returns those left alone because the table holds a newer version. */
    Set<EntityKey> write(Connection connection, List<Document> documents) throws SQLException {
        List<Document> written = new ArrayList<>(documents);
        Set<EntityKey> newer = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            for (Document document : documents) {
                int parameter = 1;
                for (Column column : columns) {
                    parameter = bind(statement, parameter, column, document);
                }
                statement.addBatch();
            }
            int[] counts = statement.executeBatch();
            for (int i = 0; guarded && this.newer.isEmpty() && i < counts.length; i++) {
                if (counts[i] == 0) {
                    newer.add(documents.get(i).key());
                }
            }
        }
        if (this.newer.isPresent()) {
            newer.addAll(newer(connection, this.newer.get(), documents));
        }
        written.removeIf(document -> newer.contains(document.key()));
        for (Child child : children) {
            replace(connection, child, written);
        }
        return newer;
    }

    private Column guardOf(String name) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Those of which the table holds a newer version still; only where the upsert's counts do not tell. */
    private Set<EntityKey> newer(Connection connection, String sql, List<Document> documents) throws SQLException {
        Set<EntityKey> found = new HashSet<>();
        Column guard = guardOf(Objects.requireNonNull(spec.columns().get(version.orElseThrow())));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Document document : documents) {
                bind(statement, bind(statement, 1, key, document), guard, document);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        found.add(document.key());
                    }
                }
            }
        }
        return found;
    }

    private int bind(PreparedStatement statement, int parameter, Column column, Document document) throws SQLException {
        @Nullable JsonNode value = document.body().get(column.field());
        if (column.equals(key)) {
            return bindKey(statement, parameter, column, kindOf(document), document.key());
        }
        return column.bind(dialect, statement, parameter, value);
    }

    /** A key goes in as an integer, not as a decimal: an index over it serves. */
    private static int bindKey(PreparedStatement statement, int parameter, Column column, KeyKind kind, EntityKey key)
            throws SQLException {
        for (int i = 0; i < column.marks(); i++) {
            ValueBinder.key(statement, parameter + i, kind, key);
        }
        return parameter + column.marks();
    }

    private KeyKind kindOf(Document document) {
        return Objects.requireNonNull(document.body().get(key.field())).isNumber() ? KeyKind.INTEGER : KeyKind.TEXT;
    }

    private void replace(Connection connection, Child child, List<Document> documents) throws SQLException {
        if (documents.isEmpty()) {
            return;
        }
        Map<EntityKey, KeyKind> keys = new HashMap<>();
        documents.forEach(document -> keys.put(document.key(), kindOf(document)));
        deleteAll(connection, child.delete, child.parent, keys);
        boolean any = false;
        try (PreparedStatement statement = connection.prepareStatement(child.insert)) {
            for (Document document : documents) {
                int index = 0;
                for (JsonNode element : document.body().path(child.field)) {
                    int parameter = bindKey(statement, 1, child.parent, kindOf(document), document.key());
                    for (Column column : child.columns) {
                        @Nullable
                        JsonNode value =
                                column.field().equals(INDEX) ? IntNode.valueOf(index) : element.get(column.field());
                        parameter = column.bind(dialect, statement, parameter, value);
                    }
                    statement.addBatch();
                    any = true;
                    index++;
                }
            }
            if (any) {
                statement.executeBatch();
            }
        }
    }

    /** Removes the rows of these keys and their children's. */
    void delete(Connection connection, KeyKind kind, List<EntityKey> keys) throws SQLException {
        Map<EntityKey, KeyKind> kinds = keys.stream().collect(Collectors.toMap(key -> key, key -> kind, (a, b) -> a));
        for (Child child : children) {
            deleteAll(connection, child.delete, child.parent, kinds);
        }
        deleteAll(connection, delete, key, kinds);
    }

    private static void deleteAll(Connection connection, String sql, Column column, Map<EntityKey, KeyKind> keys)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Map.Entry<EntityKey, KeyKind> entry : keys.entrySet()) {
                bindKey(statement, 1, column, entry.getValue(), entry.getKey());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
