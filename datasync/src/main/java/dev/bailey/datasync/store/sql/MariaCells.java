package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.CanonicalForm;
import dev.bailey.datasync.store.StoreException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads MariaDB's and MySQL's columns as canonical values, by the types the server sends with the rows. Results come in the
 * binary protocol: the text of a {@code float} has six digits only.
 */
final class MariaCells {

    private static final Pattern ZERO_DATE = Pattern.compile("0000-.*|\\d{4}-00-.*|\\d{4}-\\d{2}-00.*");

    private MariaCells() {}

    static JsonNode read(ResultSet row, int column) throws SQLException, StoreException {
        ResultSetMetaData data = row.getMetaData();
        String type = data.getColumnTypeName(column).replace(" UNSIGNED", "").replace(" ZEROFILL", "");
        if (type.equals("BIT")) {
            byte @Nullable [] bits = row.getBytes(column);
            return bits == null ? CanonicalForm.absent() : bits(bits, data.getPrecision(column));
        }
        @Nullable String text = row.getString(column);
        if (text == null) {
            return CanonicalForm.absent();
        }
        return switch (type) {
            case "TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT", "YEAR", "DECIMAL" ->
                CanonicalForm.number(new BigDecimal(text));
            case "BOOLEAN" -> truth(text);
            case "FLOAT" -> CanonicalForm.number(new BigDecimal(Float.toString(row.getFloat(column))));
            case "DOUBLE" -> CanonicalForm.number(row.getDouble(column));
            case "DATETIME" -> CanonicalForm.time(time(row, text, data, column));
            case "TIMESTAMP" ->
                CanonicalForm.moment(time(row, text, data, column).toInstant(ZoneOffset.UTC));
            case "DATE" -> CanonicalForm.text(real(text, data, column));
            case "TIME" -> CanonicalForm.text(span(row.getObject(column, Duration.class)));
            case "JSON" -> CellReader.json(text);
            case "BINARY",
                    "VARBINARY",
                    "TINYBLOB",
                    "BLOB",
                    "MEDIUMBLOB",
                    "LONGBLOB",
                    "GEOMETRY",
                    "POINT",
                    "LINESTRING",
                    "POLYGON",
                    "MULTIPOINT",
                    "MULTILINESTRING",
                    "MULTIPOLYGON",
                    "GEOMETRYCOLLECTION" -> CanonicalForm.binary(row.getBytes(column));
            default -> CanonicalForm.text(text);
        };
    }

    /** {@code tinyint(1)} holds more than truth; what is neither 0 nor 1 stays a number. */
    private static JsonNode truth(String text) {
        return switch (text) {
            case "0", "false" -> CanonicalForm.bool(false);
            case "1", "true" -> CanonicalForm.bool(true);
            default -> CanonicalForm.number(new BigDecimal(text));
        };
    }

    private static JsonNode bits(byte[] bytes, int length) {
        StringBuilder digits = new StringBuilder();
        for (byte eight : bytes) {
            for (int bit = Byte.SIZE - 1; bit >= 0; bit--) {
                digits.append((eight >> bit & 1) == 1 ? '1' : '0');
            }
        }
        return CanonicalForm.bits(digits.substring(Math.max(0, digits.length() - length)), length);
    }

    /**
     * The driver's text is only looked at for zero dates: of a column of milliseconds it has .1000 for .001, and of an hour
     * that this machine's zone leaves out, the next one.
     */
    private static LocalDateTime time(ResultSet row, String text, ResultSetMetaData data, int column)
            throws SQLException, StoreException {
        real(text, data, column);
        try {
            return row.getObject(column, LocalDateTime.class);
        } catch (DateTimeException e) {
            throw new StoreException(
                    "column " + data.getColumnLabel(column) + " holds a time that cannot be read; mend the row", e);
        }
    }

    /** A time of day, or the time between two: {@code -838:59:59.5}. */
    private static String span(Duration time) {
        Duration size = time.abs();
        String text = String.format(
                Locale.ROOT,
                "%s%02d:%02d:%02d.%09d",
                time.isNegative() ? "-" : "",
                size.toHours(),
                size.toMinutesPart(),
                size.toSecondsPart(),
                size.toNanosPart());
        return CanonicalForm.withoutTrailingZeros(text);
    }

    private static String real(String text, ResultSetMetaData data, int column) throws SQLException, StoreException {
        if (ZERO_DATE.matcher(text).matches()) {
            String name = data.getColumnLabel(column);
            throw new StoreException("column " + name + " holds a zero date such as 0000-00-00, which is no date"
                    + " (expected a date or null); mend the row, or read it as null: if(month(" + name
                    + ") * day(" + name + ") > 0, " + name + ", null)");
        }
        return text;
    }
}
