package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.UnreachableException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.ChildTable;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import dev.bailey.model.spec.KeyNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks whether a side's selects can be read and its tables written as declared, before anything is. */
final class SqlStoreCheck {

    /** Columns of a table named in a message. */
    private static final int SHOWN = 20;

    private final SliceName slice;
    private final Side side;
    private final SqlDialect dialect;
    private final QuotedNames names;
    private final KeyNames keyFields;
    private final Optional<String> version;
    private final SqlStore spec;
    private final Projection projection;

    SqlStoreCheck(SliceName slice, Side side, SqlDialect dialect, DataSpec data, SqlStore spec, Projection projection) {
        this.slice = slice;
        this.side = side;
        this.dialect = dialect;
        this.names = new QuotedNames(dialect);
        this.keyFields = data.key();
        this.version = data.version();
        this.spec = spec;
        this.projection = projection;
    }

    List<StoreProblem> run(SqlPools pools) {
        List<String> found = new ArrayList<>();
        try {
            pools.read(_ -> found);
        } catch (StoreException e) {
            return List.of(StoreProblem.of(slice, side, e));
        }
        List<StoreException> away = new ArrayList<>();
        // Each in its own transaction: PostgreSQL forgets nothing after a failure but ends the transaction.
        part(pools, found, away, "`read`: ", connection -> read(connection, found));
        for (String child : spec.children().keySet()) {
            part(pools, found, away, "`children." + child + "`: ", connection -> child(connection, child, found));
        }
        spec.write().ifPresent(write -> {
            part(pools, found, away, "`write`: ", connection -> folding(connection, write, found));
            part(pools, found, away, "table " + write.table() + ": ", connection -> table(connection, write, found));
            FurtherTables further = new FurtherTables(names, write, found);
            further.tables().forEach((table, look) -> part(pools, found, away, "table " + table + ": ", look::in));
            write.children()
                    .forEach((field, table) -> part(
                            pools,
                            found,
                            away,
                            "table " + table.table() + ": ",
                            connection -> childTable(connection, field, table, found)));
            SqlRemarks.writtenColumns(write).forEach((table, columns) -> {
                if (found.isEmpty()) {
                    part(
                            pools,
                            found,
                            away,
                            "table " + table + ": ",
                            connection -> unwritten(connection, table, columns, found));
                }
                try {
                    pools.trial(connection -> permission(connection, table, found));
                } catch (UnreachableException e) {
                    away.add(e);
                } catch (StoreException e) {
                    // A table that is not there has been told.
                    if (found.isEmpty()) {
                        found.add("table " + table + ": " + e.what());
                    }
                }
            });
        });
        if (!away.isEmpty()) {
            return List.of(StoreProblem.of(slice, side, away.getFirst()));
        }
        return found.stream().map(what -> new StoreProblem(slice, side, what)).toList();
    }

    private void unwritten(Connection connection, String table, Set<String> columns, List<String> found)
            throws SQLException {
        for (String column : Unwritten.of(dialect, connection, table, columns).needed()) {
            found.add("table " + table + " has the column " + column
                    + ", which may not be null, has no default and is not written; write it or give it a default"
                    + (dialect == SqlDialect.MARIADB
                            ? "; or, where a trigger fills it, grant Bailey's user TRIGGER so that it is seen"
                            : ""));
        }
    }

    @FunctionalInterface
    private interface Part {
        void look(Connection connection) throws SQLException, StoreException;
    }

    private static void part(SqlPools pools, List<String> found, List<StoreException> away, String prefix, Part part) {
        try {
            pools.read(connection -> {
                part.look(connection);
                return found;
            });
        } catch (UnreachableException e) {
            away.add(e);
        } catch (StoreException e) {
            found.add(prefix + e.what());
        }
    }

    private void read(Connection connection, List<String> found) throws SQLException, StoreException {
        List<String> labels = projection.labels(connection, Optional.empty());
        Set<String> seen = new HashSet<>();
        labels.stream()
                .filter(label -> !seen.add(label))
                .forEach(label -> found.add("`read` has the column " + label + " twice"));
        List<String> absent = keyFields.names().stream()
                .filter(field -> !seen.contains(field))
                .toList();
        if (!absent.isEmpty()) {
            found.add("`read` has no column " + String.join(", ", absent) + " (it has " + String.join(", ", labels)
                    + "); name the key so");
            return;
        }
        version.filter(field -> !seen.contains(field))
                .ifPresent(field -> found.add("`read` has no column " + field + ", which is the slice's version"));
        spec.children().keySet().stream()
                .filter(seen::contains)
                .forEach(field -> found.add("`read` and `children` both have the field " + field));
        Optional<KeyColumns> key = projection.key(connection);
        if (key.isPresent()) {
            try (PreparedStatement statement = connection.prepareStatement(projection.nullKeys(key.get()));
                    ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    found.add("`read` has rows whose " + String.join(" or ", keyFields.names())
                            + " is null; leave them out of it");
                    return;
                }
            }
            projection.last(connection, key.get());
        }
    }

    private void child(Connection connection, String field, List<String> found) throws SQLException, StoreException {
        List<String> labels = projection.labels(connection, Optional.of(field));
        List<String> parents = projection.parents();
        if (!labels.containsAll(parents)) {
            found.add("`children." + field + "` has no column "
                    + parents.stream().filter(name -> !labels.contains(name)).collect(Collectors.joining(", "))
                    + (keyFields.isSingle()
                            ? " (expected the parent's key under that name)"
                            : " (expected the parts of the parent's key under those names)"));
            return;
        }
        Optional<KeyColumns> parent = projection.parent(connection, field);
        Optional<KeyColumns> key = projection.key(connection);
        if (parent.isPresent()
                && key.isPresent()
                && !parent.get().kind().equals(key.get().kind())) {
            found.add("`children." + field + "`: " + String.join(", ", parents) + " is of kind "
                    + parent.get().kind().label() + " (expected "
                    + key.get().kind().label() + " as " + keyFields
                    + "); cast it");
        }
    }

    private void folding(Connection connection, WriteTable write, List<String> found) throws SQLException {
        if (dialect == SqlDialect.POSTGRESQL) {
            QuotedNames.foldedOtherwise(connection, write)
                    .forEach((declared, meant) -> found.add("`write` names " + declared + ", which is " + meant
                            + " to this database: it folds more letters than A to Z, as databases do whose encoding is"
                            + " not UTF-8 (expected a name that cannot be taken for another); write it as it stands in"
                            + " the database, in quotes: '\"" + meant + "\"'"));
        }
    }

    private void table(Connection connection, WriteTable write, List<String> found) throws SQLException {
        Set<String> columns = columns(connection, names.table(write.table()));
        missing(write.table(), write.columns(), columns, found);
        if (!write.columns().keySet().containsAll(keyFields.names())) {
            found.add("`write.columns` has no " + keyFields + " (expected the key's column)");
            return;
        }
        List<String> key = keyFields.names().stream().map(write.columns()::get).toList();
        if (!TableKeys.unique(connection, write.table(), key)) {
            found.add("table " + write.table() + " has the primary key ("
                    + String.join(", ", TableKeys.primary(connection, write.table())) + ") (expected ("
                    + String.join(", ", key) + ")) and no unique constraint on " + String.join(", ", key)
                    + ": documents are written by it alone");
        }
        Set<String> written = new HashSet<>(write.columns().keySet());
        write.parts().values().forEach(part -> written.addAll(part.columns().keySet()));
        version.filter(field -> !write.columns().containsKey(field))
                .ifPresent(field -> found.add("`write.columns` has no " + field + ", which is the slice's version"));
        unmapped(projection.labels(connection, Optional.empty()), written, "`read`", found);
        spec.children().keySet().stream()
                .filter(field ->
                        !write.children().containsKey(field) && !write.columns().containsKey(field))
                .forEach(field -> found.add("field " + field + " is read but not written; add it to `write.children`"));
    }

    private void childTable(Connection connection, String field, ChildTable table, List<String> found)
            throws SQLException {
        Set<String> columns = columns(connection, names.table(table.table()));
        missing(table.table(), table.columns(), columns, found);
        table.parent().names().stream()
                .filter(column -> !columns.contains(TableKeys.plain(column)))
                .forEach(column -> found.add(lacks(table.table(), column, columns)));
        if (spec.children().containsKey(field)) {
            List<String> read = new ArrayList<>(projection.labels(connection, Optional.of(field)));
            read.removeAll(projection.parents());
            unmapped(read, table.columns().keySet(), "`children." + field + "`", found);
        } else {
            found.add("field " + field + " is written but not read; add it to `children`");
        }
    }

    static void missing(String table, Map<String, String> mapped, Set<String> columns, List<String> found) {
        mapped.values().stream()
                .filter(column -> !columns.contains(TableKeys.plain(column)))
                .sorted()
                .forEach(column -> found.add(lacks(table, column, columns)));
    }

    private static String lacks(String table, String column, Set<String> columns) {
        String has = columns.stream().sorted().limit(SHOWN).collect(Collectors.joining(", "))
                + (columns.size() > SHOWN ? ", …" : "");
        return "table " + table + " has no column " + column + (has.isEmpty() ? "" : " (it has " + has + ")")
                + "; name the column it has in `write`, or add this one";
    }

    private static void unmapped(List<String> read, Set<String> columns, String where, List<String> found) {
        read.stream()
                .filter(field -> !columns.contains(field))
                .forEach(
                        field -> found.add(
                                "field " + field + " is read in " + where
                                        + " but not written; add it to the columns of `write`, or leave it out of both sides' selects"));
    }

    static Set<String> columns(Connection connection, String table) throws SQLException {
        Set<String> columns = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
            for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
                columns.add(none.getMetaData().getColumnName(i).toLowerCase(Locale.ROOT));
            }
        }
        return columns;
    }

    private List<String> permission(Connection connection, String table, List<String> found) throws SQLException {
        for (String privilege : List.of("INSERT", "UPDATE", "DELETE")) {
            boolean granted = switch (dialect) {
                case SQLITE -> true;
                case POSTGRESQL -> postgresGrants(connection, table, privilege);
                case MARIADB -> mariaGrants(connection, names.table(table), privilege);
            };
            if (!granted) {
                found.add("no " + privilege + " permission on table " + table + "; grant it to Bailey's user");
            }
        }
        return found;
    }

    private static boolean postgresGrants(Connection connection, String table, String privilege) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select has_table_privilege(cast(? as regclass), ?)")) {
            statement.setString(1, table);
            statement.setString(2, privilege);
            try (ResultSet rows = statement.executeQuery()) {
                return !rows.next() || rows.getBoolean(1);
            }
        }
    }

    /** Whether the server would plan such a statement: it asks for the same permission as running it, roles included. */
    private static boolean mariaGrants(Connection connection, String table, String privilege) throws SQLException {
        String sql = switch (privilege) {
            case "INSERT" -> "explain insert into " + table + " select * from " + table + " where 1 = 0";
            case "UPDATE" -> {
                try (Statement statement = connection.createStatement();
                        ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
                    String column = SqlDialect.MARIADB.quoted(none.getMetaData().getColumnName(1));
                    yield "explain update " + table + " set " + column + " = " + column + " where 1 = 0";
                }
            }
            default -> "explain delete from " + table + " where 1 = 0";
        };
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == MariaErrors.TABLE_DENIED || e.getErrorCode() == MariaErrors.COLUMN_DENIED) {
                return false;
            }
            throw e;
        }
    }
}
