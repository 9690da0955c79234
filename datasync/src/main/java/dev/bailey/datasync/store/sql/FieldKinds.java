package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.FieldKind;
import dev.bailey.datasync.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What the fields of a side's selects are: by the columns' types, and on SQLite, whose columns have none, by its first rows. */
final class FieldKinds {

    private static final int SAMPLE = 100;

    private FieldKinds() {}

    static Map<String, FieldKind> of(
            SqlDialect dialect, Connection connection, Projection projection, Optional<String> child)
            throws SQLException, StoreException {
        return dialect == SqlDialect.SQLITE
                ? byRows(connection, projection.first(child, SAMPLE))
                : byTypes(dialect, connection, projection.first(child, 0));
    }

    private static Map<String, FieldKind> byTypes(SqlDialect dialect, Connection connection, String sql)
            throws SQLException {
        Map<String, FieldKind> kinds = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData data = rows.getMetaData();
            for (int i = 1; i <= data.getColumnCount(); i++) {
                String type = data.getColumnTypeName(i);
                kinds.put(
                        data.getColumnLabel(i),
                        dialect == SqlDialect.POSTGRESQL
                                ? postgres(type, data.getPrecision(i))
                                : maria(type, data.getPrecision(i)));
            }
        }
        return kinds;
    }

    private static FieldKind postgres(String type, int length) {
        return switch (type) {
            case "int2", "int4", "int8", "serial", "bigserial", "smallserial", "oid", "numeric", "float4", "float8" ->
                FieldKind.NUMBER;
            case "bool" -> FieldKind.TRUTH;
            case "bit" -> length == 1 ? FieldKind.TRUTH : FieldKind.TEXT;
            case "timestamptz" -> FieldKind.MOMENT;
            case "timestamp" -> FieldKind.TIME;
            case "json", "jsonb" -> FieldKind.ANY;
            default -> type.startsWith("_") ? FieldKind.LIST : FieldKind.TEXT;
        };
    }

    private static FieldKind maria(String type, int length) {
        return switch (type.replace(" UNSIGNED", "").replace(" ZEROFILL", "")) {
            case "TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT", "YEAR", "DECIMAL", "FLOAT", "DOUBLE" ->
                FieldKind.NUMBER;
            case "BOOLEAN" -> FieldKind.TRUTH;
            case "BIT" -> length == 1 ? FieldKind.TRUTH : FieldKind.TEXT;
            case "DATETIME" -> FieldKind.TIME;
            case "TIMESTAMP" -> FieldKind.MOMENT;
            case "JSON", "NULL" -> FieldKind.ANY;
            default -> FieldKind.TEXT;
        };
    }

    private static Map<String, FieldKind> byRows(Connection connection, String sql)
            throws SQLException, StoreException {
        Map<String, FieldKind> kinds = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData data = rows.getMetaData();
            while (rows.next()) {
                for (int i = 1; i <= data.getColumnCount(); i++) {
                    JsonNode value = CellReader.read(SqlDialect.SQLITE, rows, i);
                    if (!value.isNull()) {
                        kinds.merge(
                                data.getColumnLabel(i), kind(value), (one, two) -> one == two ? one : FieldKind.ANY);
                    }
                }
            }
        }
        return kinds;
    }

    private static FieldKind kind(JsonNode value) {
        if (value.isNumber()) {
            return FieldKind.NUMBER;
        }
        if (value.isBoolean()) {
            return FieldKind.TRUTH;
        }
        return value.isString() ? FieldKind.TEXT : FieldKind.ANY;
    }
}
