package dev.bailey.datasync.store.sql;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Columns of a table that nothing is written to.
 *
 * @param needed those that have no default and may not be null, so that no row can be inserted
 * @param tolerated all others
 */
record Unwritten(List<String> needed, List<String> tolerated) {

    static Unwritten of(SqlDialect dialect, Connection connection, String table, Collection<String> written)
            throws SQLException {
        Set<String> known = written.stream().map(TableKeys::plain).collect(Collectors.toSet());
        boolean filled = mayBeFilled(dialect, connection, table);
        List<String> needed = new ArrayList<>();
        List<String> tolerated = new ArrayList<>();
        String name = TableKeys.plain(table.substring(table.lastIndexOf('.') + 1));
        try (ResultSet columns = TableKeys.columns(connection, table)) {
            while (columns.next()) {
                String column = columns.getString("COLUMN_NAME");
                if (!TableKeys.plain(columns.getString("TABLE_NAME")).equals(name)
                        || known.contains(TableKeys.plain(column))) {
                    continue;
                }
                boolean required = columns.getInt("NULLABLE") == DatabaseMetaData.columnNoNulls
                        && columns.getString("COLUMN_DEF") == null
                        && !"YES".equals(columns.getString("IS_AUTOINCREMENT"))
                        && !"YES".equals(columns.getString("IS_GENERATEDCOLUMN"));
                (required && !filled ? needed : tolerated).add(column);
            }
        }
        return new Unwritten(needed, tolerated);
    }

    /** Whether a trigger may give a column its value before it is looked at. */
    private static boolean mayBeFilled(SqlDialect dialect, Connection connection, String table) throws SQLException {
        return switch (dialect) {
            // A trigger of SQLite changes no row that is about to be inserted.
            case SQLITE -> false;
            case POSTGRESQL -> {
                // Bit 1: before; bit 2: on insert.
                String sql = "select exists (select 1 from pg_trigger where tgrelid = cast(? as regclass) and not"
                        + " tgisinternal and tgtype & 2 = 2 and tgtype & 4 = 4)";
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, table);
                    try (ResultSet rows = statement.executeQuery()) {
                        yield rows.next() && rows.getBoolean(1);
                    }
                }
            }
            // One sees a table's triggers only with the privilege to make some: the message asks for it.
            case MARIADB -> {
                String sql = "select count(*) from information_schema.triggers where event_manipulation = 'INSERT' and"
                        + " action_timing = 'BEFORE' and event_object_table = ?";
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, TableKeys.plain(table.substring(table.lastIndexOf('.') + 1)));
                    try (ResultSet rows = statement.executeQuery()) {
                        yield rows.next() && rows.getInt(1) > 0;
                    }
                }
            }
        };
    }
}
