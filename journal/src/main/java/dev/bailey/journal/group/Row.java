package dev.bailey.journal.group;

import dev.bailey.journal.group.Figures.Place;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;

/** A record as far as a change of state must know it. */
public record Row(long sequence, RecordId id, SliceName slice, RecordState state, boolean hasFollower, long at) {
    Place place() {
        return Place.of(state, hasFollower);
    }
}
