package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A column of a select that holds canonical keys, and how it is compared so that both databases order alike.
 *
 * @param uuid a PostgreSQL {@code uuid}: its own order is that of its text, so its index serves
 */
record KeyColumn(SqlDialect dialect, String name, KeyKind kind, boolean uuid) {

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** Looks what a column is; empty on SQLite while there is no row that would tell. */
    static Optional<KeyColumn> find(SqlDialect dialect, Connection connection, String from, String name)
            throws SQLException, StoreException {
        String sql = switch (dialect) {
            case SQLITE ->
                "select typeof(" + quoted(name) + ") from " + from + " where " + quoted(name) + " is not null limit 1";
            case POSTGRESQL -> "select " + quoted(name) + " from " + from + " where 1 = 0";
        };
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            if (dialect == SqlDialect.SQLITE && !rows.next()) {
                return Optional.empty();
            }
            String type = dialect == SqlDialect.SQLITE
                    ? rows.getString(1)
                    : rows.getMetaData().getColumnTypeName(1);
            KeyKind kind = switch (type) {
                case "integer", "int2", "int4", "int8", "smallserial", "serial", "bigserial" -> KeyKind.INTEGER;
                case "text", "varchar", "bpchar", "uuid", "name" -> KeyKind.TEXT;
                default ->
                    throw new StoreException("key column " + name + " is of type " + type
                            + " (expected an integer or a text); cast it in the select");
            };
            return Optional.of(new KeyColumn(dialect, name, kind, type.equals("uuid")));
        }
    }

    /** The expression ranges are cut and ordered by. */
    String ordered() {
        return dialect == SqlDialect.POSTGRESQL && kind == KeyKind.TEXT && !uuid
                ? "cast(" + quoted() + " as text) collate \"C\""
                : quoted();
    }

    /** The expression single keys are looked up by. */
    String equated() {
        return dialect == SqlDialect.POSTGRESQL && kind == KeyKind.TEXT && !uuid
                ? "cast(" + quoted() + " as text)"
                : quoted();
    }

    /** The condition of a range, with a parameter for each of its bounds; empty for the whole range. */
    String where(KeyRange range) {
        boolean comparable = range.after().filter(key -> !takes(key)).isEmpty()
                && range.upTo().filter(key -> !takes(key)).isEmpty();
        String key = comparable ? ordered() : "cast(" + quoted() + " as text) collate \"C\"";
        String after = range.after().isPresent() ? key + " > ?" : "";
        String upTo = range.upTo().isPresent() ? key + " <= ?" : "";
        String both = after + (after.isEmpty() || upTo.isEmpty() ? "" : " and ") + upTo;
        return both.isEmpty() ? "" : " where " + both;
    }

    /** Whether the column could hold this key at all. */
    boolean takes(EntityKey key) {
        return !uuid || UUID.matcher(key.value()).matches();
    }

    String quoted() {
        return quoted(name);
    }

    private static String quoted(String name) {
        return "q.\"" + name.replace("\"", "\"\"") + "\"";
    }
}
