package dev.bailey.journal.group;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What each append and change does inside its transaction. Everything is checked before anything is written, so that a
 * refused change has changed nothing, whoever shares its transaction.
 */
final class Changes {

    private Changes() {}

    static Appended append(Transaction transaction, WriteIntent intent, int undeliveredLimit) throws SQLException {
        int undelivered = transaction.undelivered(intent.slice());
        if (undelivered >= undeliveredLimit) {
            return new Appended.Full(
                    undelivered + " records of slice " + intent.slice() + " are undelivered (expected < "
                            + undeliveredLimit + "): see why the follower does not take them");
        }
        long sequence = transaction.insert(intent);
        return sequence == 0
                ? new Appended.Failed("record " + intent.id() + " is in the journal already (expected a new id)")
                : new Appended.Durable(sequence);
    }

    static Changed outcome(Transaction transaction, RecordId id, Outcome outcome) throws SQLException {
        Optional<Row> found = transaction.find(id);
        if (found.isEmpty()) {
            return unknown(id);
        }
        Row row = found.get();
        boolean undecided = row.state() == RecordState.INTENT || row.state() == RecordState.UNKNOWN;
        if (!undecided || !row.state().next().contains(outcome.state())) {
            return refused(row, outcome.state());
        }
        String note = switch (outcome) {
            case Outcome.Applied applied -> {
                transaction.answered(row, applied);
                yield "";
            }
            case Outcome.Rejected rejected -> "answered " + rejected.status();
            case Outcome.Unknown unknown -> unknown.reason();
        };
        transaction.enter(row, outcome.state(), note);
        return new Changed.Done(1);
    }

    static Changed delivered(Transaction transaction, List<RecordId> ids, String how) throws SQLException {
        List<Row> rows = new ArrayList<>(ids.size());
        for (RecordId id : new LinkedHashSet<>(ids)) {
            Optional<Row> found = transaction.find(id);
            if (found.isEmpty()) {
                return unknown(id);
            }
            Row row = found.get();
            if (row.state() == RecordState.DELIVERED) {
                continue;
            }
            if (!row.state().next().contains(RecordState.DELIVERED)) {
                return refused(row, RecordState.DELIVERED);
            }
            rows.add(row);
        }
        return enterAll(transaction, rows, RecordState.DELIVERED, how);
    }

    static Changed parked(Transaction transaction, RecordId id, String reason) throws SQLException {
        Optional<Row> found = transaction.find(id);
        if (found.isEmpty()) {
            return unknown(id);
        }
        if (!found.get().state().next().contains(RecordState.PARKED)) {
            return refused(found.get(), RecordState.PARKED);
        }
        return enterAll(transaction, List.of(found.get()), RecordState.PARKED, reason);
    }

    static Changed unparked(Transaction transaction, SliceName slice, EntityKey entity) throws SQLException {
        return enterAll(
                transaction, transaction.parked(slice, entity), RecordState.APPLIED, "taken back into delivery");
    }

    static Changed attempted(Transaction transaction, RecordId id, String reason, Instant at) throws SQLException {
        Optional<Row> found = transaction.find(id);
        if (found.isEmpty()) {
            return unknown(id);
        }
        if (found.get().state().isFinal()) {
            return new Changed.Refused(
                    "record " + id + " is " + found.get().state() + " (expected one that is not final)");
        }
        transaction.attempted(found.get(), reason, Code.of(at));
        return new Changed.Done(1);
    }

    static Changed gapCarried(Transaction transaction, SliceName slice, List<EntityKey> keys, long upToSequence)
            throws SQLException {
        List<EntityKey> distinct = List.copyOf(new LinkedHashSet<>(keys));
        return enterAll(
                transaction, transaction.gap(slice, distinct, upToSequence), RecordState.DELIVERED, "gap carried");
    }

    private static Changed enterAll(Transaction transaction, List<Row> rows, RecordState next, String note)
            throws SQLException {
        for (Row row : rows) {
            transaction.enter(row, next, note);
        }
        return new Changed.Done(rows.size());
    }

    private static Changed unknown(RecordId id) {
        return new Changed.Refused("record " + id + " is not in the journal");
    }

    private static Changed refused(Row row, RecordState wanted) {
        return new Changed.Refused("record " + row.id() + " is " + row.state() + " and cannot become " + wanted
                + " (expected one of " + row.state().next() + ")");
    }
}
