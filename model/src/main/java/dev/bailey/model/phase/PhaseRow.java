package dev.bailey.model.phase;

import java.util.Optional;
import java.util.Set;

/**
 * One row of the phase table.
 *
 * @param reads who serves reads
 * @param writes who owns writes
 * @param replication where a write of the authority is carried to
 * @param compared what is held against each other while the slice stands here
 * @param undo the phase one step back leads to; empty when there is none
 * @param undoBy how that step back is made
 * @param safeSide the side the kill switch sends everything to
 */
public record PhaseRow(
        Phase phase,
        Serving reads,
        Serving writes,
        Replication replication,
        Set<Compared> compared,
        Optional<Phase> undo,
        UndoBy undoBy,
        Side safeSide) {

    public PhaseRow {
        compared = Set.copyOf(compared);
    }

    /** Who serves: one side for every entity, or modern for the entities that are across the ramp and legacy for the rest. */
    public enum Serving {
        LEGACY,
        RAMP,
        MODERN
    }

    /** Where writes are carried: nowhere, to the side that is not the authority, or kept as a gap for a later replay. */
    public enum Replication {
        NONE,
        FOLLOWER,
        GAP
    }

    public enum Compared {
        STORES,
        ANSWERS
    }

    /** How a step back is made. */
    public enum UndoBy {
        NOTHING,
        ROUTING,
        HANDOVER,
        GAP_REPLAY
    }
}
