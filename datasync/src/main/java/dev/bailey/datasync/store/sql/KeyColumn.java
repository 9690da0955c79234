package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyPart;
import dev.bailey.datasync.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A column of a select that holds one part of canonical keys, and how it is compared so that all databases order alike.
 *
 * @param order what must be done to its values for that
 */
record KeyColumn(SqlDialect dialect, String name, KeyPart kind, Order order) {

    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern PADDING = Pattern.compile("(?s).*([\\x00-\\x1f].*| )");

    /** How a column's own order stands to the order of keys. */
    enum Order {
        /** It is the same, so an index over the column serves. */
        OWN,
        /** It is the same for UUIDs, and the column holds nothing else. */
        UUID,
        /** It is the same but for control characters and spaces at the end, which the column's collation does not tell. */
        PADDED,
        /** It is another: values must be cast. */
        CAST
    }

    /** Looks what a column is; empty on SQLite while there is no row that would tell. */
    static Optional<KeyColumn> find(SqlDialect dialect, Connection connection, String from, String name)
            throws SQLException, StoreException {
        String column = quoted(dialect, name);
        String sql = switch (dialect) {
            case SQLITE -> "select typeof(" + column + ") from " + from + " where " + column + " is not null limit 1";
            case POSTGRESQL, MARIADB -> "select " + column + " from " + from + " where 1 = 0";
        };
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            if (dialect == SqlDialect.SQLITE && !rows.next()) {
                return Optional.empty();
            }
            String type = dialect == SqlDialect.SQLITE
                    ? rows.getString(1)
                    : rows.getMetaData().getColumnTypeName(1).replace(" UNSIGNED", "");
            KeyPart kind = kind(name, type);
            return Optional.of(
                    new KeyColumn(dialect, name, kind, order(dialect, connection, from, column, kind, type)));
        }
    }

    private static KeyPart kind(String name, String type) throws StoreException {
        return switch (type) {
            case "integer", "int2", "int4", "int8", "smallserial", "serial", "bigserial" -> KeyPart.INTEGER;
            case "TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT" -> KeyPart.INTEGER;
            case "text", "varchar", "bpchar", "name" -> KeyPart.TEXT;
            case "uuid" -> KeyPart.UUID;
            case "CHAR", "VARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT" -> KeyPart.TEXT;
            default ->
                throw new StoreException("key column " + name + " is of type " + type
                        + " (expected an integer or a text); cast it in the select");
        };
    }

    private static Order order(
            SqlDialect dialect, Connection connection, String from, String column, KeyPart kind, String type)
            throws SQLException {
        if (kind == KeyPart.INTEGER) {
            return Order.OWN;
        }
        return switch (dialect) {
            case SQLITE -> Order.OWN;
            case POSTGRESQL -> type.equals("uuid") ? Order.UUID : Order.CAST;
            // MariaDB's own uuid is ordered by its time, not by its text.
            case MARIADB -> type.equals("uuid") ? Order.CAST : byCollation(connection, from, column);
        };
    }

    private static Order byCollation(Connection connection, String from, String column) throws SQLException {
        // An aggregate gives a row, and the collation of its argument, even where there is nothing.
        String sql = "select collation(max(" + column + ")) from " + from + " where 1 = 0";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            String collation = rows.next() ? String.valueOf(rows.getString(1)) : "";
            return switch (collation) {
                case "ascii_nopad_bin",
                        "utf8mb3_nopad_bin",
                        "utf8_nopad_bin",
                        "utf8mb4_nopad_bin",
                        "utf8mb4_0900_bin" -> Order.OWN;
                case "ascii_bin", "utf8mb3_bin", "utf8_bin", "utf8mb4_bin" -> Order.PADDED;
                default -> Order.CAST;
            };
        }
    }

    /** The expression ranges are cut and ordered by. */
    String ordered() {
        return order == Order.CAST ? cast() : quoted();
    }

    private String cast() {
        return switch (dialect) {
            case SQLITE -> quoted();
            case POSTGRESQL -> "cast(" + quoted() + " as text) collate \"C\"";
            case MARIADB -> "cast(convert(" + quoted() + " using utf8mb4) as binary)";
        };
    }

    /** The expression these parts of keys can be held against: they may not all be such as the column holds. */
    String comparable(Collection<String> parts) {
        return parts.stream().allMatch(this::takes) ? ordered() : cast();
    }

    /** The expression single keys are looked up by; it may find keys that only look the same. */
    String equated() {
        return dialect == SqlDialect.POSTGRESQL && order == Order.CAST ? "cast(" + quoted() + " as text)" : quoted();
    }

    /** Whether its collation takes texts for the same that are not: {@code _ci} and the like. */
    boolean isBlurred() {
        return dialect == SqlDialect.MARIADB && kind == KeyPart.TEXT && order == Order.CAST;
    }

    /** Whether the column could hold this part of a key at all. */
    boolean takes(String part) {
        return switch (order) {
            case OWN, CAST -> true;
            case UUID -> UUID_TEXT.matcher(part).matches();
            case PADDED -> !PADDING.matcher(part).matches();
        };
    }

    String quoted() {
        return quoted(dialect, name);
    }

    private static String quoted(SqlDialect dialect, String name) {
        return "q." + dialect.quoted(name);
    }
}
