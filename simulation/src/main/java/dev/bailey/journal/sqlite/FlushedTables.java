package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Keys;
import dev.bailey.journal.group.Mention;
import dev.bailey.journal.group.Row;
import dev.bailey.journal.group.Tables;
import dev.bailey.journal.sqlite.SimulatedDisk.Flush;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Tables whose commits go through a simulated flush. */
record FlushedTables(Tables tables, Flush flush) implements Tables {

    @Override
    public void commit() throws SQLException {
        flush.flush(tables::commit);
    }

    @Override
    public void probe() throws SQLException {
        flush.flush(tables::probe);
    }

    @Override
    public void reserve(boolean open) throws SQLException {
        tables.reserve(open);
    }

    @Override
    public void begin(List<Mention> ahead) throws SQLException {
        tables.begin(ahead);
    }

    @Override
    public void rollback(Throwable cause) {
        tables.rollback(cause);
    }

    @Override
    public void upkeep() throws SQLException {
        tables.upkeep();
    }

    @Override
    public long insert(WriteIntent intent, long now) throws SQLException {
        return tables.insert(intent, now);
    }

    @Override
    public long insertFence(SliceName slice, long now) throws SQLException {
        return tables.insertFence(slice, now);
    }

    @Override
    public Optional<Row> find(RecordId id) throws SQLException {
        return tables.find(id);
    }

    @Override
    public List<Row> find(List<Long> sequences) throws SQLException {
        return tables.find(sequences);
    }

    @Override
    public List<Row> parked(SliceName slice, EntityKey entity) throws SQLException {
        return tables.parked(slice, entity);
    }

    @Override
    public List<Row> gap(SliceName slice, List<EntityKey> entities, long upToSequence) throws SQLException {
        return tables.gap(slice, entities, upToSequence);
    }

    @Override
    public void enter(Row row, RecordState next, String note, long now) throws SQLException {
        tables.enter(row, next, note, now);
    }

    @Override
    public void answered(Row row, Outcome.Applied applied) throws SQLException {
        tables.answered(row, applied);
    }

    @Override
    public void attempted(Row row, String reason, long at) throws SQLException {
        tables.attempted(row, reason, at);
    }

    @Override
    public void remove(List<Long> sequences) throws SQLException {
        tables.remove(sequences);
    }

    @Override
    public void removeFences(long before) throws SQLException {
        tables.removeFences(before);
    }

    @Override
    public Keys keys() {
        return tables.keys();
    }

    @Override
    public void close() throws SQLException {
        tables.close();
    }
}
