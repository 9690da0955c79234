package dev.bailey.datasync.store.sql;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** By what the rows of a table can be told from one another. */
final class TableKeys {

    private TableKeys() {}

    /** Whether columns are a table's primary key, or unique together, in whatever order. */
    static boolean unique(Connection connection, String table, List<String> columns) throws SQLException {
        Set<String> together = columns.stream().map(TableKeys::plain).collect(Collectors.toSet());
        // An integer primary key of SQLite has no index: it is the row's own number.
        return unique(connection, table).values().stream()
                        .anyMatch(index -> Set.copyOf(index).equals(together))
                || Set.copyOf(primary(connection, table)).equals(together);
    }

    /** The columns of each unique index of a table, in lower case and without quotes. */
    static Map<String, List<String>> unique(Connection connection, String table) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        try (ResultSet rows = database.getIndexInfo(
                connection.getCatalog(), schema(connection, table), name(database, table), true, true)) {
            while (rows.next()) {
                @Nullable String index = rows.getString("INDEX_NAME");
                @Nullable String column = rows.getString("COLUMN_NAME");
                boolean whole = rows.getString("FILTER_CONDITION") == null;
                if (index != null && whole) {
                    // An expression has no name, so that no column is taken for it.
                    indexes.computeIfAbsent(index, _ -> new ArrayList<>()).add(column == null ? "" : plain(column));
                }
            }
        }
        return indexes;
    }

    /** What the database tells of the columns of a table, and of others whose name looks like its own. */
    static ResultSet columns(Connection connection, String table) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        return database.getColumns(connection.getCatalog(), schema(connection, table), name(database, table), "%");
    }

    /** The columns of a table's primary key in its order, in lower case and without quotes. */
    static List<String> primary(Connection connection, String table) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        SortedMap<Integer, String> columns = new TreeMap<>();
        try (ResultSet rows =
                database.getPrimaryKeys(connection.getCatalog(), schema(connection, table), name(database, table))) {
            while (rows.next()) {
                columns.put(rows.getInt("KEY_SEQ"), plain(rows.getString("COLUMN_NAME")));
            }
        }
        return List.copyOf(columns.values());
    }

    private static @Nullable String schema(Connection connection, String table) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        if (!database.supportsSchemasInTableDefinitions()) {
            return null;
        }
        int dot = table.lastIndexOf('.');
        return dot < 0 ? connection.getSchema() : stored(database, table.substring(0, dot));
    }

    private static String name(DatabaseMetaData database, String table) throws SQLException {
        return stored(database, table.substring(table.lastIndexOf('.') + 1));
    }

    private static String stored(DatabaseMetaData database, String name) throws SQLException {
        boolean quoted = name.startsWith("\"") || name.startsWith("`");
        String bare = name.replaceAll("[\"`]", "");
        if (quoted || !database.storesLowerCaseIdentifiers()) {
            return bare;
        }
        return database.getDatabaseProductName().equals("PostgreSQL")
                ? QuotedNames.folded(bare)
                : bare.toLowerCase(Locale.ROOT);
    }

    static String plain(String name) {
        return name.replaceAll("[\"`]", "").toLowerCase(Locale.ROOT);
    }
}
