package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.CanonicalForm;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a canonical value must be turned into for a column that takes more than numbers, text and truth. */
enum ColumnForm {
    PLAIN,
    /** Bytes, given as base64. */
    BINARY,
    /** JSON, a scalar included. */
    JSON,
    /** An array of PostgreSQL. */
    ARRAY,
    /** A string of bits, given as digits or as truth. */
    BITS,
    /** A time of a database that knows no {@code Z}; its session is in UTC. */
    TIME;

    /** By a column's type of the JDBC and by its name. */
    static ColumnForm of(int type, String name) {
        if (type == Types.BINARY || type == Types.BLOB || type == Types.VARBINARY) {
            return BINARY;
        }
        return switch (name) {
            case "json", "jsonb", "JSON", "JSONB" -> JSON;
            case "bit", "varbit", "BIT" -> BITS;
            case "TIMESTAMP", "DATETIME" -> TIME;
            default -> name.startsWith("_") ? ARRAY : PLAIN;
        };
    }

    void bind(SqlDialect dialect, PreparedStatement statement, int parameter, @Nullable JsonNode value)
            throws SQLException {
        if (value == null || value.isNull()) {
            statement.setNull(parameter, Types.NULL);
            return;
        }
        switch (this) {
            case PLAIN -> ValueBinder.value(dialect, statement, parameter, value, false);
            case BINARY -> ValueBinder.value(dialect, statement, parameter, value, true);
            case JSON -> statement.setString(parameter, CanonicalForm.json(value));
            case ARRAY -> {
                if (value.isArray()) {
                    statement.setString(parameter, ArrayLiteral.of(value));
                } else {
                    ValueBinder.value(dialect, statement, parameter, value, false);
                }
            }
            case BITS -> bits(dialect, statement, parameter, value);
            case TIME -> {
                if (dialect == SqlDialect.MARIADB
                        && value.isString()
                        && value.stringValue().endsWith("Z")) {
                    String moment = value.stringValue();
                    statement.setString(parameter, moment.substring(0, moment.length() - 1));
                } else {
                    ValueBinder.value(dialect, statement, parameter, value, false);
                }
            }
        }
    }

    private static void bits(SqlDialect dialect, PreparedStatement statement, int parameter, JsonNode value)
            throws SQLException {
        String digits = value.isBoolean() ? (value.booleanValue() ? "1" : "0") : value.asString();
        if (dialect == SqlDialect.MARIADB && digits.matches("[01]{1,64}")) {
            statement.setBytes(parameter, new BigInteger(digits, 2).toByteArray());
        } else if (dialect == SqlDialect.SQLITE) {
            ValueBinder.value(dialect, statement, parameter, value, false);
        } else {
            statement.setString(parameter, digits);
        }
    }
}
