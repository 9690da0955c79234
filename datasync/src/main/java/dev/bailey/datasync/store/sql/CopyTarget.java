package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.FlatRow.Kind;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The statements that bring a {@code COPY} into a table: straight, or by way of a temporary table of the transaction and one
 * upsert, by primary key alone, never over a newer version.
 */
final class CopyTarget {

    private static final String STAGE = "bailey_copied";

    private final WriteTable spec;
    private final List<Column> columns;
    private final WrittenKey key;
    private final Optional<String> versionColumn;

    private CopyTarget(WriteTable spec, List<Column> columns, WrittenKey key, Optional<String> versionColumn) {
        this.spec = spec;
        this.columns = columns;
        this.key = key;
        this.versionColumn = versionColumn;
    }

    /**
     * Whether rows can go this way: one table, ids as they are, and nobody else's changes to be looked for before each write.
     */
    static boolean takes(DataSpec data, WriteTable spec) {
        return spec.parts().isEmpty()
                && spec.children().isEmpty()
                && spec.ids().isEmpty()
                && spec.marks().isEmpty()
                && (data.conflict() == ConflictPolicy.AUTHORITY || data.conflict() == ConflictPolicy.VERSION);
    }

    /** Reads the table's column types; the connection is not kept. */
    static CopyTarget of(DataSpec data, WriteTable declared, Connection connection) throws SQLException {
        WriteTable spec = new QuotedNames(SqlDialect.POSTGRESQL).in(declared);
        List<Column> columns = Column.all(connection, spec.table(), spec.columns(), spec.values(), spec.ids());
        WrittenKey key = WrittenKey.among(columns, data.key());
        return new CopyTarget(spec, columns, key, data.guard().map(spec.columns()::get));
    }

    /** Which field goes where in a batch. */
    List<CopyBatch.Slot> slots(List<String> fields) {
        return columns.stream()
                .map(column -> new CopyBatch.Slot(fields.indexOf(column.field()), column.binary()))
                .toList();
    }

    /** Whether no value is put through SQL on its way. */
    boolean isPlain() {
        return columns.stream().allMatch(column -> column.expression().equals("?"));
    }

    /** Into the table itself; any conflict refuses all of it. */
    String straight() {
        return "copy " + spec.table() + " (" + names() + ") from stdin";
    }

    String intoStage() {
        return "copy " + STAGE + " from stdin";
    }

    /** A table of this transaction that takes what the batch holds: as the columns are, or as their expressions are given it. */
    String stage(CopyBatch batch) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            String value = column.expression().equals("?")
                    ? "t." + column.name()
                    : "cast(null as " + type(column, batch.kind(i)) + ")";
            shown.add(value + " as c" + i);
        }
        return "create temporary table " + STAGE + " on commit drop as select " + String.join(", ", shown) + " from "
                + spec.table() + " t with no data";
    }

    private String type(Column column, Kind kind) {
        return switch (kind) {
            case NUMBER -> key.has(column) ? "bigint" : "numeric";
            case BOOLEAN -> "boolean";
            case TEXT, ABSENT -> "text";
        };
    }

    /** What is staged into the table, where it is all new; any conflict refuses all of it. */
    String insert() {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            values.add(columns.get(i).expressionOf("s.c" + i));
        }
        return "insert into " + spec.table() + " as t (" + names() + ") select " + String.join(", ", values) + " from "
                + STAGE + " s";
    }

    /** What is staged into the table, whether it is new or not; gives back how many rows it put in or changed. */
    String upsert() {
        String update = columns.stream()
                .filter(column -> !key.has(column))
                .map(column -> column.name() + " = excluded." + column.name())
                .collect(Collectors.joining(", "));
        String insert = insert() + " on conflict (" + key.names() + ") do ";
        if (update.isEmpty()) {
            return insert + "nothing";
        }
        return insert + "update set " + update
                + versionColumn
                        .map(version -> " where t." + version + " is null or excluded." + version + " is null or t."
                                + version + " <= excluded." + version)
                        .orElse("");
    }

    private String names() {
        return Column.names(columns);
    }
}
