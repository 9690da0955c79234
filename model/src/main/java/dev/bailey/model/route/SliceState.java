package dev.bailey.model.route;

import dev.bailey.model.phase.Flags;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Ramp;
import java.util.Set;

/**
 * The routing record of one slice: the single thing from which routing and write permission come.
 *
 * @param ramp how many entities are across in a phase with a ramp (reads in {@code READ_CUTOVER}, write authority in
 *     {@code WRITE_CUTOVER}); {@link Ramp#NONE} in phases without one
 * @param cohorts names of the cohorts that are across besides the ramp
 */
public record SliceState(SliceName slice, Phase phase, Ramp ramp, Set<String> cohorts, Epoch epoch) {

    public SliceState {
        cohorts = Set.copyOf(cohorts);
        if (!PhaseTable.hasRamp(phase) && (ramp.hundredths() != 0 || !cohorts.isEmpty())) {
            throw new IllegalArgumentException("phase " + phase + " has no ramp (found " + ramp + " " + cohorts + ")");
        }
    }

    /** Where every slice begins. */
    public static SliceState first(SliceName slice) {
        return new SliceState(slice, Phase.LEGACY_ONLY, Ramp.NONE, Set.of(), Epoch.FIRST);
    }

    /** The same slice at another place, one epoch on. */
    public SliceState moved(Phase to, Ramp newRamp, Set<String> newCohorts) {
        return new SliceState(slice, to, newRamp, newCohorts, epoch.next());
    }

    public Flags flags() {
        return Flags.of(phase, ramp.hundredths() > 0 || !cohorts.isEmpty());
    }
}
