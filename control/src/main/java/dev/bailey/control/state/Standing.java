package dev.bailey.control.state;

import dev.bailey.model.phase.PhaseRow.Replication;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.route.SliceState;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a slice stands and since when.
 *
 * @param phaseSince when it entered its phase
 * @param stepSince when it came to its present ramp (or phase)
 * @param replicatingSince since when every write has been carried or kept without a break; empty while none is
 * @param readsSince since when modern has served all reads without a break; empty while it does not
 * @param evidenceFrom measurements before this moment do not count any more
 */
public record Standing(
        SliceState state,
        Instant phaseSince,
        Instant stepSince,
        Optional<Instant> replicatingSince,
        Optional<Instant> readsSince,
        Instant evidenceFrom) {

    static Standing first(SliceState state, Instant now) {
        return new Standing(state, now, now, Optional.empty(), Optional.empty(), now);
    }

    /** The same slice under its next record. An aborted step changes the epoch alone, so nothing starts over. */
    Standing moved(SliceState to, Instant at) {
        boolean samePhase = to.phase() == state.phase();
        boolean sameStep =
                samePhase && to.ramp().equals(state.ramp()) && to.cohorts().equals(state.cohorts());
        boolean replicates = PhaseTable.row(to.phase()).replication() != Replication.NONE;
        return new Standing(
                to,
                samePhase ? phaseSince : at,
                sameStep ? stepSince : at,
                replicates ? Optional.of(replicatingSince.orElse(at)) : Optional.empty(),
                servesAllReads(to) ? Optional.of(readsSince.orElse(at)) : Optional.empty(),
                evidenceFrom);
    }

    Standing withEvidenceFrom(Instant from) {
        return new Standing(state, phaseSince, stepSince, replicatingSince, readsSince, from);
    }

    private static boolean servesAllReads(SliceState state) {
        return switch (PhaseTable.row(state.phase()).reads()) {
            case LEGACY -> false;
            case RAMP -> state.ramp().isFull();
            case MODERN -> true;
        };
    }
}
