package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyPart;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A condition on keys, with the values of its parameters in their order. */
record KeyCondition(String sql, List<Value> values) {

    /** The condition that is none. */
    static final KeyCondition NONE = new KeyCondition("", List.of());

    KeyCondition {
        values = List.copyOf(values);
    }

    /** A part of a key. */
    record Value(KeyPart kind, String text) {

        private String literal() {
            return switch (kind) {
                case INTEGER -> Long.toString(Long.parseLong(text));
                case TEXT, UUID -> "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
            };
        }
    }

    /** Both of two; either may be none. */
    KeyCondition and(KeyCondition other) {
        if (sql.isEmpty() || other.sql.isEmpty()) {
            return sql.isEmpty() ? other : this;
        }
        List<Value> all = new ArrayList<>(values);
        all.addAll(other.values);
        return new KeyCondition(sql + " and " + other.sql, all);
    }

    /** As the end of a select. */
    String where() {
        return sql.isEmpty() ? "" : " where " + sql;
    }

    /** As the end of a select of PostgreSQL's that takes no parameters. */
    String literally() {
        StringBuilder literal = new StringBuilder();
        Iterator<Value> next = values.iterator();
        // A name stands in quotes, and may have a question mark in it.
        boolean name = false;
        for (char c : where().toCharArray()) {
            name ^= c == '"';
            if (c == '?' && !name) {
                literal.append(next.next().literal());
            } else {
                literal.append(c);
            }
        }
        return literal.toString();
    }

    /** Binds the values from a parameter on; returns the next one. */
    int bind(PreparedStatement statement, int first) throws SQLException {
        int parameter = first;
        for (Value value : values) {
            ValueBinder.key(statement, parameter++, value.kind, value.text);
        }
        return parameter;
    }
}
