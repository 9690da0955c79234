package dev.bailey.journal.postgres;

import dev.bailey.journal.group.Row;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import org.jspecify.annotations.Nullable;

/** A record as one transaction of the writer sees it, with what it has changed there and not yet sent. */
final class Held {

    final long sequence;
    final RecordId id;
    final SliceName slice;
    final boolean hasFollower;
    final long at;

    RecordState state;
    String note = "";
    long changed;

    /** Failed tries to add. */
    int attempts;

    /** The key that the authority told; null where it told none. */
    @Nullable
    String entity;

    /** The number of its outcome; null where none was written. */
    @Nullable
    Long ended;

    boolean isPending;

    Held(Row row) {
        this.sequence = row.sequence();
        this.id = row.id();
        this.slice = row.slice();
        this.hasFollower = row.hasFollower();
        this.at = row.at();
        this.state = row.state();
    }

    Row row() {
        return new Row(sequence, id, slice, state, hasFollower, at);
    }

    /** All of it has been sent. */
    void written() {
        isPending = false;
        attempts = 0;
        entity = null;
        ended = null;
    }
}
