package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds the row that holds a unique value which a refused document asked for. It asks each unique index of the tables written,
 * so it needs no database's own way of telling; indexes over expressions or over part of the rows tell nothing here.
 */
final class Holders {

    private final SqlDialect dialect;
    private final Connection connection;
    private final KeyKind kind;
    private final Document document;

    private Holders(SqlDialect dialect, Connection connection, KeyKind kind, Document document) {
        this.dialect = dialect;
        this.connection = connection;
        this.kind = kind;
        this.document = document;
    }

    /** Names the constraint, both rows by their keys, and no other value. */
    static Optional<String> of(
            SqlDialect dialect, Connection connection, TableWriter writer, KeyKind kind, Document document)
            throws SQLException {
        Holders holders = new Holders(dialect, connection, kind, document);
        for (WrittenTable table : writer.tables()) {
            Optional<String> found = holders.in(table.name(), table.columns(), table.key(), List.of(document.body()));
            if (found.isPresent()) {
                return found;
            }
        }
        for (ChildRows child : writer.children()) {
            List<JsonNode> elements = new ArrayList<>();
            document.body().path(child.field()).forEach(elements::add);
            Optional<String> found = holders.in(child.spec().table(), child.columns(), child.parent(), elements);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<String> in(String table, List<Column> columns, Column key, List<? extends JsonNode> sources)
            throws SQLException {
        for (Map.Entry<String, List<String>> index :
                TableKeys.unique(connection, table).entrySet()) {
            List<Column> parts = new ArrayList<>();
            for (String name : index.getValue()) {
                columns.stream()
                        .filter(column -> TableKeys.plain(column.name()).equals(name))
                        .filter(column -> !column.equals(key) && !column.field().equals(ChildRows.INDEX))
                        .findFirst()
                        .ifPresent(parts::add);
            }
            if (parts.size() < index.getValue().size()) {
                continue;
            }
            for (JsonNode source : sources) {
                @Nullable String holder = holder(table, parts, key, source);
                if (holder != null) {
                    return Optional.of("key " + document.key() + " wants what the row with " + key.name() + " " + holder
                            + " of table " + table + " holds under the unique constraint " + index.getKey() + " ("
                            + String.join(", ", index.getValue()) + ")");
                }
            }
        }
        return Optional.empty();
    }

    private @Nullable String holder(String table, List<Column> parts, Column key, JsonNode source) throws SQLException {
        String sql = "select " + key.name() + " from " + table + " where "
                + parts.stream().map(Column::equation).collect(Collectors.joining(" and ")) + " and not ("
                + key.equation() + ") limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (Column part : parts) {
                parameter = part.bind(dialect, statement, parameter, source.get(part.field()));
            }
            key.bindKey(statement, parameter, kind, document.key());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }
}
