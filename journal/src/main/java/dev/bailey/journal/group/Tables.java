package dev.bailey.journal.group;

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
public interface Tables extends AutoCloseable {

    /** Opens or closes the room that is kept for changes of state when appends find none; there may be no such room. */
    void reserve(boolean open) throws SQLException;

    /** Begins a transaction, in which nothing is written when this fails. */
    void begin(List<Mention> ahead) throws SQLException;

    /** Writes how far each slice has come, and makes all of it durable. */
    void commit() throws SQLException;

    /** Undoes the transaction, which may have been undone by its failure already; what fails in it is added to the cause. */
    void rollback(Throwable cause);

    /** A write that changes nothing, to see whether the disk takes one. */
    void probe() throws SQLException;

    /** What the engine has asked to be done on the writer's own connection, between two transactions. */
    void upkeep() throws SQLException;

    /** The new record's sequence, or 0 when there is a record with this id; the commit may find that out too, and fail. */
    long insert(WriteIntent intent, long now) throws SQLException;

    long insertFence(SliceName slice, long now) throws SQLException;

    Optional<Row> find(RecordId id) throws SQLException;

    /** Those of the sequences that are there. */
    List<Row> find(List<Long> sequences) throws SQLException;

    List<Row> parked(SliceName slice, EntityKey entity) throws SQLException;

    /** The gap of some entities as far as it was written up to a sequence. */
    List<Row> gap(SliceName slice, List<EntityKey> entities, long upToSequence) throws SQLException;

    void enter(Row row, RecordState next, String note, long now) throws SQLException;

    void answered(Row row, Outcome.Applied applied) throws SQLException;

    void attempted(Row row, String reason, long at) throws SQLException;

    void remove(List<Long> sequences) throws SQLException;

    void removeFences(long before) throws SQLException;

    /** Decides what became of the claims under way of those who write no more. */
    default void takeOverKeys(List<String> dead) throws SQLException {}

    Keys keys();

    @Override
    void close() throws SQLException;
}
