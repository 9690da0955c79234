package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyPart;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Puts canonical values into a statement's parameters. */
final class ValueBinder {

    private ValueBinder() {}

    static void key(PreparedStatement statement, int parameter, KeyPart kind, String part) throws SQLException {
        switch (kind) {
            case INTEGER -> statement.setLong(parameter, Long.parseLong(part));
            case TEXT, UUID -> statement.setString(parameter, part);
        }
    }

    /** Whether a value is a whole number of 64 bits. */
    static boolean isLong(JsonNode value) {
        return value.isNumber()
                && value.decimalValue().scale() <= 0
                && value.decimalValue().toBigInteger().bitLength() < Long.SIZE;
    }

    /**
     * @param binary whether the parameter goes straight into a binary column, so that base64 is undone
     */
    static void value(
            SqlDialect dialect, PreparedStatement statement, int parameter, @Nullable JsonNode value, boolean binary)
            throws SQLException {
        if (value == null || value.isNull()) {
            statement.setNull(parameter, Types.NULL);
        } else if (value.isBoolean()) {
            switch (dialect) {
                case SQLITE -> statement.setInt(parameter, value.booleanValue() ? 1 : 0);
                case POSTGRESQL, MARIADB -> statement.setBoolean(parameter, value.booleanValue());
            }
        } else if (value.isNumber()) {
            number(dialect, statement, parameter, value.decimalValue());
        } else if (value.isString()) {
            byte[] bytes = binary ? bytes(value.stringValue()) : null;
            if (bytes == null) {
                statement.setString(parameter, value.stringValue());
            } else {
                statement.setBytes(parameter, bytes);
            }
        } else {
            statement.setString(parameter, value.toString());
        }
    }

    /**
     * PostgreSQL and MariaDB take decimals as they are. SQLite has none: a whole number goes in as an integer, one that a double holds
     * to its last digit as a double, and any other as text, which a text column keeps whole.
     */
    private static void number(SqlDialect dialect, PreparedStatement statement, int parameter, BigDecimal number)
            throws SQLException {
        if (dialect != SqlDialect.SQLITE) {
            statement.setBigDecimal(parameter, number);
        } else if (number.scale() <= 0 && number.toBigInteger().bitLength() < Long.SIZE) {
            statement.setLong(parameter, number.longValueExact());
        } else {
            double nearest = number.doubleValue();
            if (Double.isFinite(nearest) && BigDecimal.valueOf(nearest).compareTo(number) == 0) {
                statement.setDouble(parameter, nearest);
            } else {
                statement.setString(parameter, number.toPlainString());
            }
        }
    }

    private static byte @Nullable [] bytes(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBinary) {
            return null;
        }
    }
}
