package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyKind;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.KeyNames;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The columns by which rows of a table are found: one for each part of the key, in their order. */
record WrittenKey(List<Column> columns) {

    WrittenKey {
        columns = List.copyOf(columns);
    }

    static WrittenKey of(Column column) {
        return new WrittenKey(List.of(column));
    }

    /** The columns that the fields of a key are written to. */
    static WrittenKey among(List<Column> columns, KeyNames fields) {
        return new WrittenKey(fields.names().stream()
                .map(field -> columns.stream()
                        .filter(column -> column.field().equals(field))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no column for the key's field " + field)))
                .toList());
    }

    /**
     * The columns of another table that hold the same key.
     *
     * @param values SQL expressions by what a child select calls the parts
     */
    WrittenKey at(KeyNames names, Map<String, String> values) {
        List<String> parents = Projection.parents(columns.size());
        List<Column> there = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            String part = parents.get(i);
            String expression = values.getOrDefault(part, columns.get(i).expression());
            there.add(Column.of(part, names.names().get(i), expression, false));
        }
        return new WrittenKey(there);
    }

    String names() {
        return Column.names(columns);
    }

    boolean has(Column column) {
        return columns.contains(column);
    }

    /** The columns and their values, as a condition. */
    String equation() {
        return columns.stream().map(Column::equation).collect(Collectors.joining(" and "));
    }

    /** Binds a key to its columns; returns the next parameter. */
    int bind(PreparedStatement statement, int first, KeyKind kind, EntityKey key) throws SQLException {
        return bind(statement, first, kind, kind.split(key));
    }

    private int bind(PreparedStatement statement, int first, KeyKind kind, List<String> parts) throws SQLException {
        int parameter = first;
        for (int i = 0; i < columns.size(); i++) {
            parameter =
                    columns.get(i).bindKey(statement, parameter, kind.parts().get(i), parts.get(i));
        }
        return parameter;
    }

    /** Binds the part of a key that goes to one of the columns; returns the next parameter. */
    int bind(PreparedStatement statement, int parameter, Column column, KeyKind kind, List<String> parts)
            throws SQLException {
        int part = columns.indexOf(column);
        return column.bindKey(statement, parameter, kind.parts().get(part), parts.get(part));
    }
}
