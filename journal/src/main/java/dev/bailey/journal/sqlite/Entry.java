package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Row;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record as it is at one moment. Its headers and bodies may be elsewhere, and are empty here then.
 *
 * @param intent without headers and body unless it is {@code whole}
 * @param row of the log that holds the newest change
 * @param written where the log holds the intent
 * @param answered where the log holds the authority's answer, null when there is none
 * @param answer of the authority, where it is at hand
 */
record Entry(
        long sequence,
        WriteIntent intent,
        boolean whole,
        Optional<EntityKey> entity,
        RecordState state,
        int attempts,
        String note,
        long changed,
        long row,
        Spot written,
        @Nullable Spot answered,
        Outcome.@Nullable Applied answer) {

    /** A place in the log: the row and the byte of it; row 0 means that the record's own rows hold it. */
    record Spot(long row, int offset) {
        static final Spot OWN = new Spot(0, 0);

        boolean isOwn() {
            return row == 0;
        }
    }

    static Entry written(long sequence, WriteIntent intent, long now, Spot spot) {
        return new Entry(
                sequence, intent, true, intent.entity(), RecordState.INTENT, 0, "", now, spot.row(), spot, null, null);
    }

    Entry in(RecordState next, String why, long now, long inRow) {
        return new Entry(sequence, intent, whole, entity, next, attempts, why, now, inRow, written, answered, answer);
    }

    Entry answered(Outcome.Applied applied, Spot spot) {
        return new Entry(
                sequence,
                intent,
                whole,
                applied.entity().or(() -> entity),
                state,
                attempts,
                note,
                changed,
                spot.row(),
                written,
                spot,
                applied);
    }

    Entry attempted(String reason, long at, long inRow) {
        return new Entry(
                sequence, intent, whole, entity, state, attempts + 1, reason, at, inRow, written, answered, answer);
    }

    /** The same, with headers and bodies in rows of its own; but for an answer that is in the log from a row on. */
    Entry moved(long fromRow) {
        boolean isLater = answered != null && answered.row() >= fromRow;
        return new Entry(
                sequence,
                intent,
                whole,
                entity,
                state,
                attempts,
                note,
                changed,
                row,
                Spot.OWN,
                answered == null || isLater ? answered : Spot.OWN,
                answer);
    }

    boolean isOpen() {
        return !state.isFinal();
    }

    boolean isGap() {
        return state == RecordState.APPLIED && intent.follower().isEmpty();
    }

    boolean isParked() {
        return state == RecordState.PARKED;
    }

    long at() {
        return Code.of(intent.at());
    }

    Row known() {
        return new Row(
                sequence, intent.id(), intent.slice(), state, intent.follower().isPresent(), at());
    }

    JournalRecord.Head head() {
        return new JournalRecord.Head(
                sequence,
                intent.id(),
                intent.slice(),
                entity,
                intent.epoch().value(),
                intent.authority(),
                intent.follower(),
                intent.method(),
                intent.target(),
                state,
                intent.bodyKept(),
                intent.clientKey(),
                attempts,
                note,
                intent.at(),
                Code.instant(changed));
    }

    /** With its headers and bodies, wherever they were. */
    JournalRecord whole(WriteIntent wholeIntent, Outcome.@Nullable Applied wholeAnswer) {
        return new JournalRecord(
                head(),
                wholeIntent,
                Optional.ofNullable(wholeAnswer)
                        .map(kept -> new Outcome.Applied(kept.status(), entity, kept.headers(), kept.body())));
    }
}
