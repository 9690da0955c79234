package dev.bailey.datasync.store.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
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

    /** The expression with another in the place of each of its marks. */
    String expressionOf(String value) {
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
