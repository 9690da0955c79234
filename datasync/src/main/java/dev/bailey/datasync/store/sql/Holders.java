package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.model.route.EntityKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private final Function<EntityKey, String> shown;

    private Holders(
            SqlDialect dialect,
            Connection connection,
            KeyKind kind,
            Document document,
            Function<EntityKey, String> shown) {
        this.dialect = dialect;
        this.connection = connection;
        this.kind = kind;
        this.document = document;
        this.shown = shown;
    }

    /**
     * Names the constraint, both rows by their keys, and no other value.
     *
     * @param shown a key, or a part of one, as it is shown to people
     */
    static Optional<String> of(
            SqlDialect dialect,
            Connection connection,
            TableWriter writer,
            Document document,
            Function<EntityKey, String> shown)
            throws SQLException {
        Holders holders = new Holders(dialect, connection, document.keyKind(), document, shown);
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

    private Optional<String> in(String table, List<Column> columns, WrittenKey key, List<? extends JsonNode> sources)
            throws SQLException {
        for (Map.Entry<String, List<String>> index :
                TableKeys.unique(connection, table).entrySet()) {
            List<Column> parts = new ArrayList<>();
            for (String name : index.getValue()) {
                Stream.concat(key.columns().stream(), columns.stream())
                        .filter(column -> TableKeys.plain(column.name()).equals(name))
                        .filter(column -> !column.field().equals(ChildRows.INDEX))
                        .findFirst()
                        .ifPresent(parts::add);
            }
            if (parts.size() < index.getValue().size() || key.columns().containsAll(parts)) {
                continue;
            }
            for (JsonNode source : sources) {
                @Nullable String holder = holder(table, parts, key, source);
                if (holder != null) {
                    return Optional.of("key " + shown.apply(document.key()) + " wants what the row with " + holder
                            + " of table " + QuotedNames.shown(table) + " holds under the unique constraint "
                            + index.getKey() + " ("
                            + String.join(", ", index.getValue()) + ")");
                }
            }
        }
        return Optional.empty();
    }

    private @Nullable String holder(String table, List<Column> parts, WrittenKey key, JsonNode source)
            throws SQLException {
        String sql = "select " + key.names() + " from " + table + " where "
                + parts.stream().map(Column::equation).collect(Collectors.joining(" and ")) + " and not ("
                + key.equation() + ") limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (Column part : parts) {
                parameter = key.has(part)
                        ? key.bind(statement, parameter, part, kind, kind.split(document.key()))
                        : part.bind(dialect, statement, parameter, source.get(part.field()));
            }
            key.bind(statement, parameter, kind, document.key());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return null;
                }
                List<String> holder = new ArrayList<>();
                for (int i = 1; i <= key.columns().size(); i++) {
                    String name = key.columns().get(i - 1).name();
                    holder.add(QuotedNames.shown(name) + " " + shown(rows.getString(i)));
                }
                return String.join(", ", holder);
            }
        }
    }

    private String shown(@Nullable String part) {
        return part == null || part.isEmpty() ? String.valueOf(part) : shown.apply(new EntityKey(part));
    }
}
