package dev.bailey.journal.group;

import dev.bailey.journal.group.Figures.Move;
import dev.bailey.journal.group.Figures.Place;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** One open transaction of the writer: the tables, and the figures as they will be if it commits. */
final class Transaction {

    private final Tables tables;
    private final Figures figures;
    private final Tally tally = new Tally();
    private final long now;

    Transaction(Tables tables, Figures figures, long now) {
        this.tables = tables;
        this.figures = figures;
        this.now = now;
    }

    Keys keys() {
        return tables.keys();
    }

    int undelivered(SliceName slice) {
        return figures.undelivered(slice) + tally.undelivered(slice);
    }

    Optional<Row> find(RecordId id) throws SQLException {
        return tables.find(id);
    }

    List<Row> parked(SliceName slice, EntityKey entity) throws SQLException {
        return tables.parked(slice, entity);
    }

    List<Row> gap(SliceName slice, List<EntityKey> entities, long upToSequence) throws SQLException {
        return tables.gap(slice, entities, upToSequence);
    }

    /** The new record's sequence, or 0 when there is a record with this id. */
    long insert(WriteIntent intent) throws SQLException {
        long sequence = tables.insert(intent, now);
        if (sequence != 0) {
            tally.move(new Move(intent.slice(), sequence, Code.of(intent.at()), Place.NOWHERE, Place.UNDELIVERED));
        }
        return sequence;
    }

    long insertFence(SliceName slice) throws SQLException {
        return tables.insertFence(slice, now);
    }

    void enter(Row row, RecordState next, String note) throws SQLException {
        tables.enter(row, next, note, now);
        tally.move(new Move(row.slice(), row.sequence(), row.at(), row.place(), Place.of(next, row.hasFollower())));
    }

    void answered(Row row, Outcome.Applied applied) throws SQLException {
        tables.answered(row, applied);
    }

    void attempted(Row row, String reason, long at) throws SQLException {
        tables.attempted(row, reason, at);
    }

    /** Removes the records that are final, and of a gap those whose entity has a newer one; returns how many that were. */
    int remove(List<Long> sequences) throws SQLException {
        List<Row> removed = tables.find(sequences).stream()
                .filter(row -> row.state().isFinal() || row.place() == Place.GAP)
                .toList();
        tables.remove(removed.stream().map(Row::sequence).toList());
        for (Row row : removed) {
            tally.move(new Move(row.slice(), row.sequence(), row.at(), row.place(), Place.NOWHERE));
        }
        return removed.size();
    }

    void takeOverKeys(List<String> dead) throws SQLException {
        tables.takeOverKeys(dead);
    }

    void removeFences(long before) throws SQLException {
        tables.removeFences(before);
    }

    Tally tally() {
        return tally;
    }
}
