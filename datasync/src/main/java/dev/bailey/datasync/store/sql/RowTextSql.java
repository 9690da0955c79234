package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.RecordHash.Kind;
import dev.bailey.datasync.store.RowText;

/**
 * PostgreSQL expressions that spell a column as {@link RowText} does: empty for null, and null for the rare value that SQL
 * cannot spell as Java does (a year before 1 or after 9999, a numeric that is not a number), whose row must be streamed.
 */
final class RowTextSql {

    private static final String END = "E'\\x1f'";
    private static final int TRIM_SCALE = 13;

    private final int version;

    /** @param version PostgreSQL's major version */
    RowTextSql(int version) {
        this.version = version;
    }

    /**
     * @param label of the column, the field's name
     * @param type its type's name
     * @param precision declared digits of a numeric, 0 for none
     * @param enumeration whether the type is an enum
     */
    Spelling of(String label, String type, int precision, boolean enumeration) {
        String column = "q.\"" + label.replace("\"", "\"\"") + "\"";
        String head = RowText.head(label);
        return switch (type) {
            case "int2", "int4", "int8", "serial", "bigserial", "smallserial", "oid" ->
                spelled(plain(head + "n", "cast(" + column + " as text)"), column, Kind.NUMBER);
            case "uuid" -> spelled(plain(head + "s", "cast(" + column + " as text)"), column, Kind.TEXT);
            case "bytea" -> {
                String base64 = "replace(encode(" + column + ", 'base64'), E'\\n', '')";
                yield spelled(plain(head + "s", base64), base64, Kind.TEXT);
            }
            case "text", "varchar", "name" -> spelled(text(head, column), column, Kind.TEXT);
            case "bool" ->
                spelled(
                        "case " + column + " when true then " + literal(head + "t" + RowText.END) + " when false then "
                                + literal(head + "f" + RowText.END) + " else '' end",
                        column,
                        Kind.TRUTH);
            case "numeric" -> spelled(numeric(head, column, precision > 0), trimmed(column), Kind.NUMBER);
            case "date" ->
                spelled(
                        calendar(
                                head, column, "date '0001-01-01'", "date '9999-12-31'", "cast(" + column + " as text)"),
                        column,
                        Kind.TEXT);
            case "timestamp" ->
                spelled(
                        calendar(
                                head,
                                column,
                                "timestamp '0001-01-01'",
                                "timestamp '9999-12-31'",
                                "replace(cast(" + column + " as text), ' ', 'T')"),
                        column,
                        Kind.TIME);
            case "timestamptz" -> {
                String utc = column + " at time zone 'UTC'";
                yield spelled(
                        calendar(
                                head,
                                column,
                                "timestamptz '0001-01-02 00:00:00Z'",
                                "timestamptz '9999-12-31 00:00:00Z'",
                                "replace(cast(" + utc + " as text), ' ', 'T') || 'Z'"),
                        utc,
                        Kind.MOMENT);
            }
            default ->
                enumeration
                        ? spelled(text(head, "cast(" + column + " as text)"), column, Kind.TEXT)
                        : Spelling.not(label, type);
        };
    }

    private static Spelling spelled(String expression, String field, Kind kind) {
        return new Spelling(expression, field, kind, "");
    }

    private static String plain(String head, String text) {
        return "coalesce(" + literal(head) + " || " + text + " || " + END + ", '')";
    }

    /** The collation is named, since one that is not deterministic would find no END, or another. */
    private static String text(String head, String column) {
        String bytes = column + " collate \"C\"";
        return "case when " + column + " is null then '' when strpos(" + bytes + ", " + END + ") = 0 then "
                + literal(head + "s") + " || " + column + " || " + END + " else " + literal(head + "x")
                + " || octet_length("
                + column + ") || ':' || " + column + " || " + END + " end";
    }

    /** Not-a-number is above every number; only an undeclared scale can be beyond what stays a number. */
    private String numeric(String head, String column, boolean declared) {
        String sane = column + " < 'NaN'" + (declared ? "" : " and scale(" + column + ") <= 5000");
        return "case when " + column + " is null then '' when " + sane + " then " + literal(head + "n") + " || "
                + trimmed(column) + " || " + END + " end";
    }

    private String trimmed(String column) {
        return version >= TRIM_SCALE
                ? "cast(trim_scale(" + column + ") as text)"
                : "case when scale(" + column + ") > 0 then rtrim(rtrim(cast(" + column
                        + " as text), '0'), '.') else cast(" + column + " as text) end";
    }

    private static String calendar(String head, String column, String from, String upTo, String text) {
        return "case when " + column + " is null then '' when " + column + " >= " + from + " and " + column + " < "
                + upTo + " then " + literal(head + "s") + " || " + text + " || " + END + " when " + column
                + " = 'infinity' then " + literal(head + "sinfinity" + RowText.END) + " when " + column
                + " = '-infinity' then " + literal(head + "s-infinity" + RowText.END) + " end";
    }

    private static String literal(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "''").replace(String.valueOf(RowText.END), "\\x1f") + "'";
    }
}
