package dev.bailey.control.command;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.util.Optional;

/** Everything that can change a migration. Immutable values; who, when and why are in {@link Issue}. */
public sealed interface Command {

    /** A command about one slice. */
    sealed interface OfSlice extends Command {
        SliceName slice();
    }

    /**
     * One step forward: to the next phase, or further along the ramp of the present one.
     *
     * @param to the phase; empty for the next step (of the ramp while there is one, else the next phase)
     * @param ramp the ramp to go to; empty for the next declared step
     * @param force go although gates do not pass
     */
    record Advance(SliceName slice, Optional<Phase> to, Optional<Ramp> ramp, boolean force) implements OfSlice {}

    /**
     * One step back: to the ramp's step before, or to the phase the table's undo names.
     *
     * @param force go although the stores may differ: what only the old authority has may be lost
     */
    record Back(SliceName slice, boolean force) implements OfSlice {}

    /**
     * All the way back to the last phase in which legacy serves and owns everything.
     *
     * @param force go although the stores may differ: what only the old authority has may be lost
     */
    record Rollback(SliceName slice, boolean force) implements OfSlice {}

    /** Sends all slices to their safe side at once. */
    record Kill() implements Command {}

    /**
     * Starts (or resumes) the backfill, and sets its speed while it runs.
     *
     * @param rate documents a second at most from now on; 0 for no bound, empty to leave it as it is
     * @param paused whether it is to wait from now on; empty to leave it as it is
     */
    record Backfill(SliceName slice, Optional<Long> rate, Optional<Boolean> paused) implements OfSlice {
        public Backfill(SliceName slice) {
            this(slice, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Starts a full reconcile; with {@code repair} what differs is refreshed, with {@code dryRun} it is only shown.
     *
     * @param rate most entities a second; 0 for as fast as the stores let it
     */
    record Reconcile(SliceName slice, boolean repair, boolean dryRun, long rate) implements OfSlice {

        /** As fast as the stores let it. */
        public Reconcile(SliceName slice, boolean repair, boolean dryRun) {
            this(slice, repair, dryRun, 0);
        }
    }

    /** Moves a small cohort forward and back, and proves equality. */
    record Rehearse(SliceName slice, Ramp cohort) implements OfSlice {}

    /** Stops or lets go again the watch's own acting on a slice. */
    record Hold(SliceName slice, boolean held) implements OfSlice {}

    record CancelJob(String job) implements Command {}

    record RetryRecord(RecordId record) implements Command {}

    record Unpark(SliceName slice, EntityKey entity) implements OfSlice {}

    /** Approves or refuses a pending step as the second person. */
    record Approve(String approval, boolean granted) implements Command {}

    /** Takes a difference of the contracts, or a signature's removal, as seen. */
    record ForgetDifferences(SliceName slice) implements OfSlice {}

    /** Replaces the migration file. */
    record Apply(String file) implements Command {}
}
