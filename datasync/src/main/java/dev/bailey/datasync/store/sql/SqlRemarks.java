package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.Remarks;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.KeyColumn.Order;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looks at what makes the use of a store slow or uncertain: keys that are not unique, ranges without an index, commits that a crash undoes. */
final class SqlRemarks {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SqlDialect dialect;
    private final DataSpec data;
    private final SqlStore spec;
    private final Projection projection;

    SqlRemarks(SqlDialect dialect, DataSpec data, SqlStore spec, Projection projection) {
        this.dialect = dialect;
        this.data = data;
        this.spec = spec;
        this.projection = projection;
    }

    Remarks of(SqlPools pools) {
        List<String> warnings = new ArrayList<>();
        look(pools, warnings, connection -> index(connection, warnings));
        look(pools, warnings, connection -> keys(connection, warnings));
        spec.children()
                .keySet()
                .forEach(field -> look(pools, warnings, connection -> child(connection, field, warnings)));
        if (spec.write().isPresent()) {
            look(pools, warnings, connection -> flushes(connection, warnings));
        }
        List<String> unwritten = new ArrayList<>();
        look(pools, warnings, connection -> unwritten.addAll(unwritten(connection)));
        return new Remarks(warnings, unwritten);
    }

    @FunctionalInterface
    private interface Look {
        void at(Connection connection) throws SQLException, StoreException;
    }

    private static void look(SqlPools pools, List<String> warnings, Look look) {
        try {
            pools.read(connection -> {
                look.at(connection);
                return warnings;
            });
        } catch (StoreException e) {
            warnings.add("could not be looked at: " + e.what());
        }
    }

    private void index(Connection connection, List<String> warnings) throws SQLException, StoreException {
        Optional<KeyColumns> key = projection.key(connection);
        if (key.isEmpty()) {
            return;
        }
        boolean byBytes = key.get().columns().stream().anyMatch(column -> column.order() == Order.CAST);
        if (sorts(connection, projection.ordered(key.get()))) {
            warnings.add("ranges of " + data.key() + " are read without an index, so each chunk sorts the whole table;"
                    + (byBytes
                            ? " its keys are texts whose own order is not that of their bytes: index `"
                                    + key.get().ascending().replace("q.", "")
                                    + "`, or read a column of such a collation"
                            : data.key().isSingle()
                                    ? " index the column that " + data.key() + " is read from, and read it as it is"
                                    : " give the columns that " + data.key()
                                            + " are read from one index in this order, and read them as they are"));
        }
    }

    /** Whether the database would have to sort to give the rows in the order of keys, even where it could avoid it. */
    private boolean sorts(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            switch (dialect) {
                case POSTGRESQL -> {
                    statement.execute("set local enable_sort = off");
                    statement.execute("set local enable_seqscan = off");
                    try (ResultSet rows = statement.executeQuery("explain (format json) " + sql)) {
                        return rows.next() && sorts(JSON.readTree(rows.getString(1)));
                    }
                }
                case MARIADB -> {
                    try (ResultSet rows = statement.executeQuery("explain " + sql)) {
                        boolean sorts = false;
                        while (rows.next()) {
                            String extra = String.valueOf(rows.getString("Extra"));
                            sorts |= extra.contains("Using filesort") || extra.contains("Using temporary");
                        }
                        return sorts;
                    }
                }
                case SQLITE -> {
                    try (ResultSet rows = statement.executeQuery("explain query plan " + sql)) {
                        boolean sorts = false;
                        while (rows.next()) {
                            sorts |= rows.getString("detail").contains("B-TREE FOR ORDER BY");
                        }
                        return sorts;
                    }
                }
            }
        }
        throw new IllegalStateException("no plan for " + dialect);
    }

    private static boolean sorts(JsonNode plan) {
        return plan.findValuesAsString("Node Type").stream().anyMatch(node -> node.endsWith("Sort"));
    }

    private void child(Connection connection, String field, List<String> warnings) throws SQLException, StoreException {
        Optional<Nested.Asked> asked = projection.nested().asked(connection, field);
        if (asked.isPresent() && !searches(connection, asked.get())) {
            String keys = String.join(", ", projection.parents());
            warnings.add("`children: " + field + "` is read without an index on its " + keys
                    + ", so each batch reads all of it; index what " + keys + " is read from, and read it as it is");
        }
    }

    /** Whether the database looks the rows up by an index, or could. */
    private boolean searches(Connection connection, Nested.Asked asked) throws SQLException {
        if (dialect == SqlDialect.POSTGRESQL) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set local enable_seqscan = off");
            }
        }
        String explain = switch (dialect) {
            case POSTGRESQL -> "explain (format json) ";
            case MARIADB -> "explain ";
            case SQLITE -> "explain query plan ";
        };
        try (PreparedStatement statement = connection.prepareStatement(explain + asked.sql())) {
            asked.condition().bind(statement, 1);
            try (ResultSet rows = statement.executeQuery()) {
                boolean searches = false;
                while (rows.next()) {
                    searches |= switch (dialect) {
                        case POSTGRESQL ->
                            !JSON.readTree(rows.getString(1))
                                    .findValues("Index Cond")
                                    .isEmpty();
                        // A table that is nothing but the select's own result gets an index for this one statement.
                        case MARIADB ->
                            rows.getString("possible_keys") != null
                                    && !String.valueOf(rows.getString("table")).startsWith("<");
                        case SQLITE ->
                            rows.getString("detail").startsWith("SEARCH ")
                                    && !rows.getString("detail").contains("AUTOMATIC");
                    };
                }
                return searches;
            }
        }
    }

    private void keys(Connection connection, List<String> warnings) throws SQLException, StoreException {
        Optional<KeyColumns> key = projection.key(connection);
        if (key.isEmpty()) {
            return;
        }
        if (any(connection, projection.twiceKeys(key.get()))) {
            warnings.add("`read` gives some " + data.key()
                    + " more than once (expected one row a key); the backfill will stop there: mend `read`");
        }
    }

    /** What no connection can set for itself. */
    private void flushes(Connection connection, List<String> warnings) throws SQLException {
        switch (dialect) {
            case POSTGRESQL -> {
                if (setting(connection, "select current_setting('fsync')").equals("off")) {
                    warnings.add(
                            "`fsync` is off (expected on): when the server's machine dies the database may be damaged,"
                                    + " and what Bailey has written and calls done may be gone; turn it on, or take the store for"
                                    + " lost after a crash");
                }
            }
            case MARIADB -> {
                String flushed = setting(connection, "select @@global.innodb_flush_log_at_trx_commit");
                if (!flushed.equals("1")) {
                    warnings.add(
                            "`innodb_flush_log_at_trx_commit` is " + flushed + " (expected 1): when the server or its"
                                    + " machine dies, the last second or so of what Bailey has written and calls done may be gone;"
                                    + " set it to 1, or run a full reconcile after a crash");
                }
            }
            case SQLITE -> {}
        }
    }

    private static String setting(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private static boolean any(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            return rows.next();
        }
    }

    /** Columns that nothing is written to, and that need no value. */
    List<String> unwritten(Connection connection) throws SQLException {
        List<String> unwritten = new ArrayList<>();
        Map<String, Set<String>> tables =
                spec.write().map(SqlRemarks::writtenColumns).orElse(Map.of());
        for (Map.Entry<String, Set<String>> table : tables.entrySet()) {
            Unwritten.of(dialect, connection, table.getKey(), table.getValue()).tolerated().stream()
                    .map(column -> table.getKey() + "." + column)
                    .forEach(unwritten::add);
        }
        return unwritten;
    }

    /** The tables whose rows a document becomes, and the columns that get a value. */
    static Map<String, Set<String>> writtenColumns(WriteTable write) {
        Map<String, Set<String>> tables = new LinkedHashMap<>();
        tables.put(write.table(), new HashSet<>(write.columns().values()));
        write.parts()
                .forEach((table, part) -> tables.computeIfAbsent(table, _ -> new HashSet<>())
                        .addAll(with(part.columns().values(), part.key().names())));
        for (ChildTable child : write.children().values()) {
            tables.computeIfAbsent(child.table(), _ -> new HashSet<>())
                    .addAll(with(child.columns().values(), child.parent().names()));
        }
        return tables;
    }

    private static Set<String> with(Collection<String> columns, List<String> others) {
        Set<String> all = columns.stream().collect(Collectors.toSet());
        all.addAll(others);
        return all;
    }
}
