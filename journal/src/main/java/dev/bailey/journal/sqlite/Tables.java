package dev.bailey.journal.sqlite;

import dev.bailey.journal.sqlite.Transaction.Row;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The journal's tables as its writer changes them, one transaction at a time. Used by the writer thread alone. */
interface Tables extends AutoCloseable {

    /** Sets how far the file may grow; a file that is longer already keeps its length. */
    void limit(long fileBytes) throws SQLException;

    void begin() throws SQLException;

    /** Writes how far each slice has come, and makes all of it durable. */
    void commit() throws SQLException;

    /** Undoes the transaction, which may have been undone by its failure already; what fails in it is added to the cause. */
    void rollback(Throwable cause);

    /** A write that changes nothing, to see whether the disk takes one. */
    void probe() throws SQLException;

    /** Copies the write-ahead log into the file; must not be called inside a transaction. */
    Checkpoint.Result checkpoint(Checkpoint mode) throws SQLException;

    /** The new record's sequence, or 0 when there is a record with this id. */
    long insert(WriteIntent intent, long now) throws SQLException;

    long insertFence(SliceName slice, long now) throws SQLException;

    Optional<Row> find(RecordId id) throws SQLException;

    /** Those of the sequences that are there. */
    List<Row> find(List<Long> sequences) throws SQLException;

    List<Row> parked(SliceName slice, EntityKey entity) throws SQLException;

    List<Row> gap(SliceName slice, EntityKey entity, long upToSequence) throws SQLException;

    void enter(Row row, RecordState next, String note, long now) throws SQLException;

    void answered(Row row, Outcome.Applied applied) throws SQLException;

    void attempted(Row row, String reason, long at) throws SQLException;

    void remove(List<Long> sequences) throws SQLException;

    void removeFences(long before) throws SQLException;

    Keys keys();

    @Override
    void close() throws SQLException;
}
