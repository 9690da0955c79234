package dev.bailey.datasync.feed.debezium;

import dev.bailey.datasync.feed.Change;
import dev.bailey.datasync.store.sql.MariaLog;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Records of a binary log: rows, of which those of the table of markers are markers, and changes of tables themselves. Of these
 * nobody knows which rows they took away or changed: the log does not tell.
 *
 * @param database of the table of markers
 */
record MariaRecords(RecordReader rows, String database, String markers) implements Function<SourceRecord, Captured> {

    private static final Captured NOTHING = Captured.changes(List.of());

    @Override
    public Captured apply(SourceRecord event) {
        if (!(event.value() instanceof Struct value)) {
            return NOTHING;
        }
        Struct source = RecordReader.struct(value, "source");
        if (source == null) {
            return Captured.stranger("something of no table");
        }
        String table = RecordReader.text(source, "table");
        boolean marker =
                table.equals(markers) && RecordReader.text(source, "db").equalsIgnoreCase(database);
        if (value.schema().field("ddl") != null) {
            return marker || isOfTheBeginning(source)
                    ? NOTHING
                    : Captured.changes(List.of(new Change(
                            Optional.empty(),
                            table.isEmpty() ? Optional.empty() : Optional.of(table),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())));
        }
        if (!marker) {
            return rows.read(value);
        }
        Struct after = RecordReader.struct(value, "after");
        return after == null ? NOTHING : Captured.marker(RecordReader.text(after, MariaLog.MARKER));
    }

    /** How the tables looked when the feed began. */
    static boolean isOfTheBeginning(Struct source) {
        String snapshot = RecordReader.text(source, "snapshot");
        return !snapshot.isEmpty() && !snapshot.equals("false");
    }
}
