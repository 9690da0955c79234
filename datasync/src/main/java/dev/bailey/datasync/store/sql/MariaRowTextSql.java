package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.RowText;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * MariaDB's expressions that spell a column as {@link RowText} does, in bytes: empty for null, and null for the value that
 * cannot be spelled (a zero date), whose row must be streamed, where it is an error. What a column is, is told by the same
 * names as {@link MariaCells} goes by.
 */
final class MariaRowTextSql {

    private static final String END = hex(String.valueOf(RowText.END));
    private static final String NOTHING = "x''";

    private MariaRowTextSql() {}

    static Spelling of(ResultSetMetaData data, int column) throws SQLException {
        String label = data.getColumnLabel(column);
        String declared = data.getColumnTypeName(column);
        String type = declared.replace(" UNSIGNED", "").replace(" ZEROFILL", "");
        String value = "q." + SqlDialect.MARIADB.quoted(label);
        String head = RowText.head(label);
        return switch (type) {
            // With nothing added to it, a column that fills up with zeros would.
            case "TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT", "YEAR" ->
                Spelling.of(plain(head + "n", value, bytes(value + " + 0")));
            case "DECIMAL" -> Spelling.of(plain(head + "n", value, decimal(value, data.getScale(column))));
            case "BOOLEAN" -> Spelling.of(truth(head, value, plain(head + "n", value, bytes(value + " + 0"))));
            case "BIT" -> Spelling.of(bits(head, value, data.getPrecision(column)));
            case "DATE" -> Spelling.of(calendar(head, value, bytes(value)));
            case "TIME" -> Spelling.of(plain(head + "s", value, span(value)));
            case "DATETIME" -> Spelling.of(calendar(head, value, time(value)));
            case "TIMESTAMP" -> Spelling.of(calendar(head, value, "concat(" + time(value) + ", " + hex("Z") + ")"));
            case "BINARY", "VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB" ->
                Spelling.of(plain(
                        head + "s",
                        value,
                        "cast(replace(to_base64(" + value + "), char(10 using utf8mb4), '') as binary)"));
            case "CHAR", "VARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "ENUM", "SET" ->
                Spelling.of(text(head, value, "cast(convert(" + value + " using utf8mb4) as binary)"));
            case "uuid" -> Spelling.of(plain(head + "s", value, bytes(value)));
            default -> Spelling.not(label, declared);
        };
    }

    private static String hex(String text) {
        return "x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }

    private static String bytes(String value) {
        return "cast(cast(" + value + " as char) as binary)";
    }

    /** Null for a value that is there and cannot be spelled, one longer than the server's packets: its row is streamed. */
    private static String plain(String head, String value, String bytes) {
        return "case when " + value + " is null then " + NOTHING + " else concat(" + hex(head) + ", " + bytes + ", "
                + END + ") end";
    }

    private static String text(String head, String value, String bytes) {
        return "case when " + value + " is null then " + NOTHING + " when locate(" + END + ", " + bytes
                + ") = 0 then concat(" + hex(head + "s") + ", " + bytes + ", " + END + ") else concat("
                + hex(head + "x") + ", length(" + bytes + "), " + hex(":") + ", " + bytes + ", " + END + ") end";
    }

    private static String truth(String head, String value, String number) {
        return "case " + value + " when 1 then " + hex(head + "t" + RowText.END) + " when 0 then "
                + hex(head + "f" + RowText.END) + " else " + number + " end";
    }

    private static String bits(String head, String value, int length) {
        return length == 1
                ? truth(head, value, NOTHING)
                : plain(head + "s", value, "cast(lpad(bin(" + value + " + 0), " + length + ", '0') as binary)");
    }

    /** Cast, since a column that fills up with zeros would. */
    private static String decimal(String value, int scale) {
        String bytes = bytes("cast(" + value + " as decimal(65, " + scale + "))");
        return scale == 0
                ? bytes
                : "case when " + value + " = 0 then " + hex("0") + " else " + withoutZeros(bytes) + " end";
    }

    /** Of a text with a point in it. */
    private static String withoutZeros(String bytes) {
        return "trim(trailing " + hex(".") + " from trim(trailing " + hex("0") + " from " + bytes + "))";
    }

    private static String time(String value) {
        return withoutZeros("cast(date_format(" + value + ", '%Y-%m-%dT%H:%i:%s.%f') as binary)");
    }

    private static String span(String value) {
        String bytes = "cast(cast(cast(" + value + " as time(6)) as char) as binary)";
        return withoutZeros(bytes);
    }

    private static String calendar(String head, String value, String bytes) {
        return "case when " + value + " is null then " + NOTHING + " when year(" + value + ") > 0 and month(" + value
                + ") > 0 and day(" + value + ") > 0 then concat(" + hex(head + "s") + ", " + bytes + ", " + END
                + ") end";
    }
}
