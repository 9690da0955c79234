package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.CanonicalForm;
import dev.bailey.datasync.store.StoreException;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads a column of the current row as a canonical value. Money never passes through a binary float. */
final class CellReader {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,1000}(\\.\\d{1,1000})?");

    /** A date and time as SQLite's own functions and most programs write it. */
    private static final Pattern TIME = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[ T](\\d{2}:\\d{2})(:\\d{2}(?:\\.\\d{1,9})?)?(Z|[+-]\\d{2}:?\\d{2})?");

    private CellReader() {}

    static JsonNode read(SqlDialect dialect, ResultSet row, int column) throws SQLException, StoreException {
        return switch (dialect) {
            case SQLITE -> sqlite(row, column);
            case POSTGRESQL -> postgres(row, column);
            case MARIADB -> MariaCells.read(row, column);
        };
    }

    /** SQLite has no types for times and truth: the column's declared type tells these, the storage class all else. */
    private static JsonNode sqlite(ResultSet row, int column) throws SQLException, StoreException {
        Object value = row.getObject(column);
        String declared = row.getMetaData().getColumnTypeName(column).toUpperCase(Locale.ROOT);
        return switch (value) {
            case null -> CanonicalForm.absent();
            case Number number
            when declared.startsWith("BOOL") && (number.longValue() & ~1L) == 0 ->
                CanonicalForm.bool(number.longValue() == 1);
            case Double real -> CanonicalForm.number(real);
            case Number whole -> CanonicalForm.number(whole.longValue());
            case byte[] bytes -> CanonicalForm.binary(bytes);
            case String json when declared.startsWith("JSON") -> json(json);
            case String decimal
            when declared.startsWith("DECIMAL") || declared.startsWith("NUMERIC") -> number(decimal);
            default ->
                declared.startsWith("DATE") || declared.startsWith("TIMESTAMP")
                        ? time(value.toString())
                        : CanonicalForm.text(value.toString());
        };
    }

    /** A decimal that no double of SQLite's holds is kept as text. */
    private static JsonNode number(String text) {
        return DECIMAL.matcher(text).matches() ? CanonicalForm.number(new BigDecimal(text)) : CanonicalForm.text(text);
    }

    private static JsonNode time(String text) {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            return CanonicalForm.text(text);
        }
        String local = parts.group(1) + "T" + parts.group(2) + (parts.group(3) == null ? "" : parts.group(3));
        @Nullable String zone = parts.group(4);
        try {
            if (zone == null) {
                return CanonicalForm.time(LocalDateTime.parse(local));
            }
            String offset = zone.length() == 5 ? zone.substring(0, 3) + ":" + zone.substring(3) : zone;
            return CanonicalForm.moment(OffsetDateTime.parse(local + offset).toInstant());
        } catch (DateTimeParseException noSuchTime) {
            return CanonicalForm.text(text);
        }
    }

    private static JsonNode postgres(ResultSet row, int column) throws SQLException, StoreException {
        String type = row.getMetaData().getColumnTypeName(column);
        @Nullable String text = row.getString(column);
        if (text == null) {
            return CanonicalForm.absent();
        }
        return switch (type) {
            case "int2", "int4", "int8", "serial", "bigserial", "smallserial", "oid" ->
                CanonicalForm.number(row.getLong(column));
            case "numeric" -> decimal(text);
            case "float4" -> decimal(Float.toString(row.getFloat(column)));
            case "float8" -> CanonicalForm.number(row.getDouble(column));
            case "bool" -> CanonicalForm.bool(row.getBoolean(column));
            case "bytea" -> CanonicalForm.binary(row.getBytes(column));
            case "timestamptz" ->
                infinite(text)
                        ? CanonicalForm.text(text)
                        : CanonicalForm.moment(
                                row.getObject(column, OffsetDateTime.class).toInstant());
            case "timestamp" ->
                infinite(text)
                        ? CanonicalForm.text(text)
                        : CanonicalForm.time(row.getObject(column, LocalDateTime.class));
            case "json", "jsonb" -> json(text);
            case "bit", "varbit" -> CanonicalForm.bits(text, row.getMetaData().getPrecision(column));
            case "bpchar" -> CanonicalForm.text(text.replaceFirst(" +$", ""));
            default -> type.startsWith("_") ? array(type.substring(1), row.getArray(column)) : CanonicalForm.text(text);
        };
    }

    private static boolean infinite(String text) {
        return text.endsWith("infinity");
    }

    private static JsonNode decimal(String text) {
        boolean digits = text.chars().noneMatch(c -> c == 'N' || c == 'I');
        return digits ? CanonicalForm.number(new BigDecimal(text)) : CanonicalForm.text(text);
    }

    static JsonNode json(String text) throws StoreException {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new StoreException("a JSON column holds a document that cannot be read", e);
        }
    }

    private static JsonNode array(String element, Array array) throws SQLException, StoreException {
        ArrayNode nodes = JsonNodeFactory.instance.arrayNode();
        try (ResultSet elements = array.getResultSet()) {
            while (elements.next()) {
                nodes.add(element.isEmpty() ? CanonicalForm.absent() : postgres(elements, 2));
            }
        }
        return nodes;
    }

    /** The row the result stands on, without some of its columns. */
    static ObjectNode row(SqlDialect dialect, ResultSet rows, List<String> except) throws SQLException, StoreException {
        ResultSetMetaData data = rows.getMetaData();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            String label = data.getColumnLabel(i);
            if (!except.contains(label)) {
                node.set(label, read(dialect, rows, i));
            }
        }
        return node;
    }
}
