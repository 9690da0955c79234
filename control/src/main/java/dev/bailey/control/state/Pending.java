package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.time.Instant;

/**
 * A step in progress, so that a restart knows of it.
 *
 * @param from the record in force when it began
 * @param prepared the record it leads to; of a rehearsal, the record it must come back to (its epoch is then not used)
 */
public record Pending(
        SliceName slice, Kind kind, SliceState from, SliceState prepared, String actor, String reason, Instant at) {

    /** {@code PREPARE}: a handover before its commit. {@code REHEARSAL}: a small cohort is on the other side for a while. */
    public enum Kind {
        PREPARE,
        REHEARSAL
    }
}
