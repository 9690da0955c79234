package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.sql.LogTables.Found;
import dev.bailey.datasync.store.sql.LogTables.Obstacle;
import dev.bailey.model.spec.KeyNames;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks for declared tables in a PostgreSQL database: what a name means there depends on its case and on the search path. */
final class PostgresTables {

    private final Connection connection;

    PostgresTables(Connection connection) {
        this.connection = connection;
    }

    /** @param shown as the server writes it */
    private record Table(long oid, String schema, String name, String shown) {}

    LogTables of(Map<String, KeyNames> declared) throws SQLException {
        Map<Long, LogTable> found = new LinkedHashMap<>();
        for (Map.Entry<String, KeyNames> each : new TreeMap<>(declared).entrySet()) {
            String name = each.getKey();
            List<Table> tables = named(name);
            if (tables.size() != 1) {
                return new Obstacle(
                        tables.isEmpty()
                                ? "there is no table " + name
                                : "table " + name + " may be " + tables.get(0).shown() + " or "
                                        + tables.get(1).shown() + "; write the one that is meant in quotes");
            }
            Table table = tables.getFirst();
            List<String> columns = new ArrayList<>();
            for (String column : each.getValue().names()) {
                List<String> real = columns(table, column);
                if (real.size() != 1) {
                    return new Obstacle("table " + name
                            + (real.isEmpty()
                                    ? " has no column " + column
                                    : " has columns " + real + "; write the one that is meant in quotes"));
                }
                columns.add(real.getFirst());
                Optional<String> untold = untold(table, real.getFirst());
                if (untold.isPresent()) {
                    return new Obstacle(untold.get());
                }
            }
            LogTable other = found.put(table.oid(), new LogTable(name, table.schema(), table.name(), columns));
            if (other != null) {
                return new Obstacle("tables " + other.declared() + " and " + name + " are the same; name it once");
            }
        }
        return heirs(found).<LogTables>map(Obstacle::new).orElseGet(() -> new Found(List.copyOf(found.values())));
    }

    private List<Table> named(String declared) throws SQLException {
        List<String> names = List.of("");
        for (String part : declared.split("[.]")) {
            names = names.stream()
                    .flatMap(before -> spellings(part).stream()
                            .map(SqlDialect.POSTGRESQL::quoted)
                            .map(after -> before.isEmpty() ? after : before + "." + after))
                    .toList();
        }
        return select(
                "select distinct c.oid, n.nspname, c.relname, c.oid::regclass::text from unnest(?::text[]) as spelled"
                        + " join pg_class c on c.oid = to_regclass(spelled) join pg_namespace n on n.oid ="
                        + " c.relnamespace where c.relkind in ('r', 'p') order by 2, 3",
                names);
    }

    private List<Table> select(String query, List<String> names) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setArray(1, texts(names));
            List<Table> tables = new ArrayList<>();
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    tables.add(new Table(found.getLong(1), found.getString(2), found.getString(3), found.getString(4)));
                }
            }
            return tables;
        }
    }

    /** What stands in quotes is meant as it is; else SQL means small letters, and whoever wrote it perhaps did not. */
    private static List<String> spellings(String name) {
        return name.startsWith("\"")
                ? List.of(name.substring(1, name.length() - 1))
                : List.of(name, name.toLowerCase(Locale.ROOT));
    }

    private List<String> columns(Table table, String declared) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select attname from pg_attribute where"
                + " attrelid = ? and attnum > 0 and not attisdropped and attname = any(?::text[]) order by 1")) {
            statement.setLong(1, table.oid());
            statement.setArray(2, texts(spellings(declared)));
            List<String> columns = new ArrayList<>();
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    columns.add(found.getString(1));
                }
            }
            return columns;
        }
    }

    /** A deleted row is told by its replica identity alone, that of its partition, so the key must be a part of that. */
    private Optional<String> untold(Table table, String column) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select c.oid::regclass::text from pg_class c where (c.oid = ? or c.oid in (select relid from"
                        + " pg_partition_tree(?::oid))) and c.relkind <> 'p' and c.relreplident <> 'f' and not exists"
                        + " (select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum ="
                        + " any (i.indkey) where i.indrelid = c.oid and a.attname = ? and (c.relreplident = 'd' and"
                        + " i.indisprimary or c.relreplident = 'i' and i.indisreplident)) order by 1 limit 1")) {
            statement.setLong(1, table.oid());
            statement.setLong(2, table.oid());
            statement.setString(3, column);
            try (ResultSet found = statement.executeQuery()) {
                return found.next()
                        ? Optional.of("a deleted row of " + found.getString(1) + " would not tell its " + column
                                + "; run: alter table " + found.getString(1) + " replica identity full")
                        : Optional.empty();
            }
        }
    }

    /** Who reads a table reads those that inherit from it, and the log tells of each under its own name. */
    private Optional<String> heirs(Map<Long, LogTable> found) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select i.inhparent::regclass::text, i.inhrelid::regclass::text from pg_inherits i join pg_class p on"
                        + " p.oid = i.inhparent where p.relkind = 'r' and i.inhparent = any(?) and i.inhrelid <>"
                        + " all(?) order by 1, 2 limit 1")) {
            Array oids = connection.createArrayOf("oid", found.keySet().toArray());
            statement.setArray(1, oids);
            statement.setArray(2, oids);
            try (ResultSet heir = statement.executeQuery()) {
                return heir.next()
                        ? Optional.of("table " + heir.getString(2) + " inherits from " + heir.getString(1)
                                + " and is told of by its own name; add it to tables")
                        : Optional.empty();
            }
        }
    }

    private Array texts(List<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }
}
