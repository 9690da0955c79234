package dev.bailey.datasync.store.sql;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An upsert for MariaDB and MySQL that touches the row of the same primary key and no other.
 *
 * <p>{@code on duplicate key update} takes a conflict on any unique key for a duplicate, and would write over a row that has
 * nothing to do with the document. So the first assignment looks whether the row found is the one that was meant, byte by byte
 * (a collation may hold two keys for one), and asks for the impossible when it is not: a subquery that gives two rows where one
 * is expected, which fails the statement with error 1242.
 */
final class MariaUpsert {

    /** What the server says to a subquery of two rows. */
    static final int ANOTHER_ROW = 1242;

    private MariaUpsert() {}

    static String sql(String table, List<Column> columns, WrittenKey key, Optional<String> guard) {
        String update = columns.stream()
                .filter(column -> !key.has(column))
                // Assignments see what those before them did: the guard goes last.
                .sorted(Comparator.comparing(column -> isGuard(column, guard)))
                .map(column -> ", " + assignment(column, guard))
                .collect(Collectors.joining());
        return absent(table, columns, key) + update;
    }

    /** An insert that leaves the row of the same key alone. */
    static String absent(String table, List<Column> columns, WrittenKey key) {
        String meant = key.columns().stream()
                .map(Column::name)
                .map(name -> "binary " + name + " = binary values(" + name + ")")
                .collect(Collectors.joining(" and "));
        String first = key.columns().getFirst().name();
        // Numbers alone stand beside the two rows: a uuid is not taken there.
        String same =
                first + " = if(if(" + meant + ", 1, (select 1 union all select 2)) = 1, " + first + ", " + first + ")";
        return "insert into " + table + " (" + Column.names(columns) + ") values (" + Column.expressions(columns)
                + ") on duplicate key update " + same;
    }

    private static boolean isGuard(Column column, Optional<String> guard) {
        return guard.filter(column.name()::equals).isPresent();
    }

    private static String assignment(Column column, Optional<String> guard) {
        String name = column.name();
        String wanted = "values(" + name + ")";
        return name + " = "
                + guard.map(version -> "if(" + version + " is null or values(" + version + ") is null or " + version
                                + " <= values(" + version + "), " + wanted + ", " + name + ")")
                        .orElse(wanted);
    }

    /** Finds the row of a key if it holds a newer version than one given; the affected rows of an upsert do not tell. */
    static String newer(String table, WrittenKey key, Column guard) {
        return "select 1 from " + table + " where " + key.equation() + " and " + guard.name() + " > "
                + guard.expression();
    }
}
