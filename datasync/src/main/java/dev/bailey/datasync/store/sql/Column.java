package dev.bailey.datasync.store.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A column a field is written to.
 *
 * @param expression SQL the field's value is put through; every {@code ?} outside quotes stands for it
 * @param marks how many those are
 * @param binary whether it takes bytes, given as base64
 */
record Column(String field, String name, String expression, int marks, boolean binary) {

    static Column of(String field, String name, String expression, boolean binary) {
        return new Column(field, name, expression, count(expression), binary && expression.equals("?"));
    }

    /** Binds the value to each of its marks; returns the next parameter. */
    int bind(SqlDialect dialect, PreparedStatement statement, int parameter, @Nullable JsonNode value)
            throws SQLException {
        for (int i = 0; i < marks; i++) {
            ValueBinder.value(dialect, statement, parameter + i, value, binary);
        }
        return parameter + marks;
    }

    static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    static String expressions(List<Column> columns) {
        return columns.stream().map(Column::expression).collect(Collectors.joining(", "));
    }

    private static int count(String expression) {
        int marks = 0;
        char quote = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '?') {
                marks++;
            }
        }
        return marks;
    }
}
