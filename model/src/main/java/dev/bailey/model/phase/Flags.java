package dev.bailey.model.phase;

import dev.bailey.model.phase.PhaseRow.Compared;
import dev.bailey.model.phase.PhaseRow.Replication;
import dev.bailey.model.phase.PhaseRow.Serving;

/**
 * The flags of a slice, derived from phase and ramp; nobody can set them to a combination the table does not hold.
 *
 * @param dualWrite writes are carried to the other side
 * @param shadowRead answers of both sides are compared
 * @param readModern some reads are served by modern
 * @param writeModern modern owns some writes
 * @param legacyWrites legacy still receives writes, as authority or as follower
 */
public record Flags(
        boolean dualWrite, boolean shadowRead, boolean readModern, boolean writeModern, boolean legacyWrites) {

    public static Flags of(Phase phase, Ramp ramp) {
        return of(phase, ramp.hundredths() > 0);
    }

    /** @param someAcross whether the ramp or a cohort has put any entity across */
    public static Flags of(Phase phase, boolean someAcross) {
        PhaseRow row = PhaseTable.row(phase);
        boolean replicates = row.replication() == Replication.FOLLOWER;
        return new Flags(
                replicates,
                row.compared().contains(Compared.ANSWERS),
                row.reads() == Serving.MODERN || (row.reads() == Serving.RAMP && someAcross),
                row.writes() == Serving.MODERN || (row.writes() == Serving.RAMP && someAcross),
                replicates || row.writes() != Serving.MODERN);
    }
}
