package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.sql.LogTables.Found;
import dev.bailey.datasync.store.sql.LogTables.Obstacle;
import dev.bailey.model.spec.KeyNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks for declared tables in a MariaDB server. */
final class MariaTables {

    private final Connection connection;

    MariaTables(Connection connection) {
        this.connection = connection;
    }

    LogTables of(Map<String, KeyNames> declared) throws SQLException {
        Map<String, LogTable> found = new LinkedHashMap<>();
        for (Map.Entry<String, KeyNames> each : new TreeMap<>(declared).entrySet()) {
            String[] parts = each.getKey().replace("\"", "").split("[.]");
            Optional<String[]> name = named(parts.length == 2 ? parts[0] : "", parts[parts.length - 1]);
            if (name.isEmpty()) {
                return new Obstacle("there is no table " + each.getKey() + " that this user may see");
            }
            String schema = name.get()[0];
            String table = name.get()[1];
            List<String> columns = new ArrayList<>();
            for (String column : each.getValue().names()) {
                Optional<String> real = column(schema, table, column.replace("\"", ""));
                if (real.isEmpty()) {
                    return new Obstacle("table " + each.getKey() + " has no column " + column);
                }
                columns.add(real.get());
            }
            LogTable read = new LogTable(each.getKey(), schema, table, columns);
            LogTable other = found.put(read.toString(), read);
            if (other != null) {
                return new Obstacle(
                        "tables " + other.declared() + " and " + each.getKey() + " are the same; name it once");
            }
        }
        for (LogTable table : found.values()) {
            for (String[] cascade : cascades(table)) {
                if (!found.containsKey(cascade[0])) {
                    return new Obstacle("foreign key " + cascade[1] + " changes rows of " + table.declared() + " when "
                            + cascade[0] + " changes, and the binary log does not tell of that; add " + cascade[0]
                            + " to tables, or take the cascade away");
                }
            }
        }
        return new Found(List.copyOf(found.values()));
    }

    /** Schema and table as the server spells them. */
    private Optional<String[]> named(String schema, String table) throws SQLException {
        List<String[]> like = rows(
                "select table_schema, table_name, @@lower_case_table_names from information_schema.tables where table_type"
                        + " = 'BASE TABLE' and lower(table_schema) = lower(coalesce(nullif(?, ''), database())) and"
                        + " lower(table_name) = lower(?)",
                schema,
                table);
        for (String[] row : like) {
            if (row[1].equals(table) && (schema.isEmpty() || row[0].equals(schema))) {
                return Optional.of(row);
            }
        }
        return like.size() == 1 && !like.getFirst()[2].equals("0") ? Optional.of(like.getFirst()) : Optional.empty();
    }

    private Optional<String> column(String schema, String table, String column) throws SQLException {
        return rows(
                        "select column_name, '', '' from information_schema.columns where table_schema = ? and table_name"
                                + " = ? and lower(column_name) = lower(?)",
                        schema,
                        table,
                        column)
                .stream()
                .map(row -> row[0])
                .findFirst();
    }

    /** What a cascade does to a table's rows is done by the storage engine alone. */
    private List<String[]> cascades(LogTable table) throws SQLException {
        return rows(
                "select concat(unique_constraint_schema, '.', referenced_table_name), constraint_name, '' from"
                        + " information_schema.referential_constraints where constraint_schema = ? and table_name = ? and"
                        + " (delete_rule in ('CASCADE', 'SET NULL') or update_rule in ('CASCADE', 'SET NULL'))",
                table.schema(),
                table.name());
    }

    private List<String[]> rows(String query, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            List<String[]> rows = new ArrayList<>();
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    rows.add(new String[] {found.getString(1), found.getString(2), found.getString(3)});
                }
            }
            return rows;
        }
    }
}
