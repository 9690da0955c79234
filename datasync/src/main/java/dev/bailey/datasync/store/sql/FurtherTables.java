package dev.bailey.datasync.store.sql;

import dev.bailey.model.spec.DataSpec.IdTable;
import dev.bailey.model.spec.DataSpec.PartTable;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What to look at in the tables a document is written to beside its first one: parts, ids, marks. */
final class FurtherTables {

    private final QuotedNames names;
    private final WriteTable write;
    private final List<String> found;

    FurtherTables(QuotedNames names, WriteTable write, List<String> found) {
        this.names = names;
        this.write = write;
        this.found = found;
    }

    /** A look at one table. */
    @FunctionalInterface
    interface Look {
        void in(Connection connection) throws SQLException;
    }

    Map<String, Look> tables() {
        Map<String, Look> looks = new LinkedHashMap<>();
        write.parts().forEach((table, part) -> looks.put(table, connection -> part(connection, table, part)));
        ids(write.ids(), looks);
        write.children().values().forEach(child -> ids(child.ids(), looks));
        write.marks().ifPresent(table -> looks.put(table, connection -> marks(connection, table)));
        return looks;
    }

    private void ids(Map<String, IdTable> ids, Map<String, Look> looks) {
        ids.values().forEach(paired -> looks.put(paired.table(), connection -> ids(connection, paired)));
    }

    private void part(Connection connection, String table, PartTable part) throws SQLException {
        Set<String> columns = SqlStoreCheck.columns(connection, names.table(table));
        SqlStoreCheck.missing(table, part.columns(), columns, found);
        keyed(connection, table, part.key().names(), columns);
    }

    private void ids(Connection connection, IdTable ids) throws SQLException {
        Set<String> columns = SqlStoreCheck.columns(connection, names.table(ids.table()));
        SqlStoreCheck.missing(ids.table(), Map.of("own", ids.own()), columns, found);
        keyed(connection, ids.table(), List.of(ids.key()), columns);
    }

    private void marks(Connection connection, String table) throws SQLException {
        Set<String> columns = SqlStoreCheck.columns(connection, names.table(table));
        SqlStoreCheck.missing(table, Map.of("state", "state"), columns, found);
        keyed(connection, table, List.of("id"), columns);
    }

    private void keyed(Connection connection, String table, List<String> key, Set<String> columns) throws SQLException {
        List<String> absent = key.stream()
                .filter(column -> !columns.contains(TableKeys.plain(column)))
                .toList();
        absent.forEach(column -> found.add("table " + table + " has no column " + column));
        if (absent.isEmpty() && !TableKeys.unique(connection, table, key)) {
            found.add("table " + table + " has no primary key or unique constraint on (" + String.join(", ", key)
                    + ") (expected one): its rows are found by it alone");
        }
    }
}
