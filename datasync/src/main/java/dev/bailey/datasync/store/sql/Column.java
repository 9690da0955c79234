package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyPart;
import dev.bailey.model.spec.DataSpec.IdTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A column a field is written to.
 *
 * @param expression SQL the field's value is put through; every {@code ?} outside quotes stands for it
 * @param marks how many those are
 * @param form what a value must be turned into for it; plain where an expression sees to that
 * @param id whether the value is looked up as an id, so that a whole number goes in as an integer and an index serves
 */
record Column(String field, String name, String expression, int marks, ColumnForm form, boolean id) {

    static Column of(String field, String name, String expression, boolean binary) {
        return of(field, name, expression, binary ? ColumnForm.BINARY : ColumnForm.PLAIN);
    }

    static Column of(String field, String name, String expression, ColumnForm form) {
        ColumnForm direct = expression.equals("?") ? form : ColumnForm.PLAIN;
        return new Column(field, name, expression, count(expression), direct, false);
    }

    /** Whether it takes bytes, given as base64. */
    boolean binary() {
        return form == ColumnForm.BINARY;
    }

    /** A column of the store's own id, found by the document's. */
    static Column ofId(String field, String name, String expression, IdTable ids) {
        String found = substituted(
                expression, "(select " + ids.own() + " from " + ids.table() + " where " + ids.key() + " = ?)");
        return new Column(field, name, found, count(found), ColumnForm.PLAIN, true);
    }

    /** A column of ids as they are. */
    static Column ofId(String field, String name) {
        return of(field, name, "?", false).asId();
    }

    Column asId() {
        return new Column(field, name, expression, marks, form, true);
    }

    /** The columns of a table that fields are mapped to, sorted by field; reads the table's types. */
    static List<Column> all(
            Connection connection,
            String table,
            Map<String, String> names,
            Map<String, String> values,
            Map<String, IdTable> ids)
            throws SQLException {
        Map<String, ColumnForm> forms = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
            ResultSetMetaData data = none.getMetaData();
            for (int i = 1; i <= data.getColumnCount(); i++) {
                forms.put(
                        TableKeys.plain(data.getColumnName(i)),
                        ColumnForm.of(data.getColumnType(i), data.getColumnTypeName(i)));
            }
        }
        return names.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> {
                    String field = entry.getKey();
                    String expression = values.getOrDefault(field, "?");
                    IdTable paired = ids.get(field);
                    return paired == null
                            ? of(
                                    field,
                                    entry.getValue(),
                                    expression,
                                    forms.getOrDefault(TableKeys.plain(entry.getValue()), ColumnForm.PLAIN))
                            : ofId(field, entry.getValue(), expression, paired);
                })
                .toList();
    }

    static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    static String expressions(List<Column> columns) {
        return columns.stream().map(Column::expression).collect(Collectors.joining(", "));
    }

    /** The column and its value, as a condition or an assignment. */
    String equation() {
        return name + " = " + expression;
    }

    /** Binds the value to each of its marks; returns the next parameter. */
    int bind(SqlDialect dialect, PreparedStatement statement, int parameter, @Nullable JsonNode value)
            throws SQLException {
        for (int i = 0; i < marks; i++) {
            if (id && value != null && ValueBinder.isLong(value)) {
                statement.setLong(parameter + i, value.decimalValue().longValueExact());
            } else {
                form.bind(dialect, statement, parameter + i, value);
            }
        }
        return parameter + marks;
    }

    /** A part of a key goes in as an integer, not as a decimal: an index over it serves. */
    int bindKey(PreparedStatement statement, int parameter, KeyPart kind, String part) throws SQLException {
        for (int i = 0; i < marks; i++) {
            ValueBinder.key(statement, parameter + i, kind, part);
        }
        return parameter + marks;
    }

    /** The expression with another in the place of each of its marks. */
    String expressionOf(String value) {
        return substituted(expression, value);
    }

    private static String substituted(String expression, String value) {
        StringBuilder sql = new StringBuilder();
        walk(expression, (c, mark) -> {
            if (mark) {
                sql.append(value);
            } else {
                sql.append(c);
            }
        });
        return sql.toString();
    }

    private static int count(String expression) {
        int[] marks = {0};
        walk(expression, (c, mark) -> marks[0] += mark ? 1 : 0);
        return marks[0];
    }

    /** Told each character, and whether it stands for the value. */
    @FunctionalInterface
    private interface Each {
        void character(char c, boolean mark);
    }

    private static void walk(String expression, Each each) {
        char quote = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            }
            each.character(c, c == '?' && quote == 0);
        }
    }
}
