package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.CanonicalForm;
import dev.bailey.datasync.store.FlatRow;
import dev.bailey.datasync.store.FlatRow.Kind;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.KeyNames;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of one result into a {@link FlatRow}. The types most tables are made of are read without a node in between;
 * {@link CellReader} reads the others, and says what all of them mean.
 */
final class FlatReader {

    private static final Set<String> NOT_FLAT = Set.of("json", "jsonb");

    /** Longer numbers may be beyond the exponents that stay numbers. */
    private static final int SHORT_NUMBER = 1_000;

    /** How a column is read. */
    enum Way {
        INTEGER,
        NUMERIC,
        TEXT,
        BOOLEAN,
        MOMENT,
        TIME,
        ANY
    }

    private final SqlDialect dialect;
    private final ResultSet rows;
    private final FlatRow row;
    private final int[] columns;
    private final Way[] ways;

    /** @param key which columns are the key */
    FlatReader(SqlDialect dialect, KeyNames key, ResultSet rows) throws SQLException {
        this.dialect = dialect;
        this.rows = rows;
        ResultSetMetaData data = rows.getMetaData();
        TreeMap<String, Integer> sorted = new TreeMap<>();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            sorted.put(data.getColumnLabel(i), i);
        }
        this.row = new FlatRow(List.copyOf(sorted.keySet()), key);
        this.columns = sorted.values().stream().mapToInt(Integer::intValue).toArray();
        this.ways = new Way[columns.length];
        for (int i = 0; i < columns.length; i++) {
            ways[i] = dialect == SqlDialect.POSTGRESQL ? way(data.getColumnTypeName(columns[i])) : Way.ANY;
        }
    }

    /** Whether every column of a result holds single values. */
    static boolean isFlat(SqlDialect dialect, ResultSetMetaData data) throws SQLException {
        for (int i = 1; i <= data.getColumnCount(); i++) {
            String type = data.getColumnTypeName(i).toLowerCase(Locale.ROOT);
            if (NOT_FLAT.contains(type) || dialect == SqlDialect.POSTGRESQL && type.startsWith("_")) {
                return false;
            }
        }
        return true;
    }

    static List<String> fields(ResultSetMetaData data) throws SQLException {
        List<String> fields = new ArrayList<>();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            fields.add(data.getColumnLabel(i));
        }
        return fields.stream().sorted().toList();
    }

    /** Of a type of PostgreSQL's. */
    static Way way(String type) {
        return switch (type) {
            case "int2", "int4", "int8", "serial", "bigserial", "smallserial" -> Way.INTEGER;
            case "numeric" -> Way.NUMERIC;
            case "text", "varchar", "uuid" -> Way.TEXT;
            case "bool" -> Way.BOOLEAN;
            case "timestamptz" -> Way.MOMENT;
            case "timestamp" -> Way.TIME;
            default -> Way.ANY;
        };
    }

    /** The row the result stands on. */
    FlatRow read() throws SQLException, StoreException {
        for (int i = 0; i < columns.length; i++) {
            switch (ways[i]) {
                case INTEGER -> integer(i);
                case NUMERIC -> numeric(i);
                case TEXT -> text(i);
                case BOOLEAN -> bool(i);
                case MOMENT -> time(i, moment(rows.getObject(columns[i], OffsetDateTime.class)));
                case TIME -> time(i, local(rows.getObject(columns[i], LocalDateTime.class)));
                case ANY -> any(i);
            }
        }
        return row;
    }

    private void integer(int field) throws SQLException {
        long value = rows.getLong(columns[field]);
        if (value == 0 && rows.wasNull()) {
            row.set(field, Kind.ABSENT, "");
        } else {
            row.set(field, Kind.NUMBER, Long.toString(value));
        }
    }

    private void numeric(int field) throws SQLException {
        String text = rows.getString(columns[field]);
        if (text == null) {
            row.set(field, Kind.ABSENT, "");
            return;
        }
        numeric(row, field, text);
    }

    /** A number as PostgreSQL writes it; what is none, like {@code NaN}, is kept as text. */
    static void numeric(FlatRow row, int field, String text) {
        char last = text.charAt(text.length() - 1);
        if (last < '0' || last > '9') {
            row.set(field, CanonicalForm.text(text));
        } else if (text.length() > SHORT_NUMBER || text.indexOf('E') >= 0) {
            row.set(field, CanonicalForm.number(new BigDecimal(text)));
        } else {
            row.set(field, Kind.NUMBER, withoutTrailingZeros(text));
        }
    }

    private static String withoutTrailingZeros(String decimal) {
        if (decimal.indexOf('.') < 0) {
            return decimal;
        }
        int end = decimal.length();
        while (decimal.charAt(end - 1) == '0') {
            end--;
        }
        String bare = decimal.substring(0, decimal.charAt(end - 1) == '.' ? end - 1 : end);
        return bare.equals("-0") ? "0" : bare;
    }

    private void text(int field) throws SQLException {
        String text = rows.getString(columns[field]);
        if (text == null) {
            row.set(field, Kind.ABSENT, "");
        } else {
            row.set(field, Kind.TEXT, text);
        }
    }

    private void bool(int field) throws SQLException {
        boolean value = rows.getBoolean(columns[field]);
        if (!value && rows.wasNull()) {
            row.set(field, Kind.ABSENT, "");
        } else {
            row.set(field, Kind.BOOLEAN, value ? "true" : "false");
        }
    }

    private static Optional<String> moment(@Nullable OffsetDateTime time) {
        return time == null ? Optional.empty() : Times.moment(time);
    }

    private static Optional<String> local(@Nullable LocalDateTime time) {
        return time == null ? Optional.empty() : Times.local(time);
    }

    private void time(int field, Optional<String> canonical) throws SQLException, StoreException {
        if (canonical.isPresent()) {
            row.set(field, Kind.TEXT, canonical.get());
        } else {
            any(field);
        }
    }

    private void any(int field) throws SQLException, StoreException {
        if (!row.set(field, CellReader.read(dialect, rows, columns[field]))) {
            throw new StoreException("field " + row.fields().get(field)
                    + " holds more than a single value (expected none in a row read flat)");
        }
    }
}
