package dev.bailey.control.api;

import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseRow;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import java.util.List;
import java.util.Optional;

/**
 * One row of the phase table.
 *
 * @param gates labels of the gates that guard the entry of a slice with stored state
 */
public record PhaseView(
        int number,
        Phase phase,
        PhaseRow.Serving reads,
        PhaseRow.Serving writes,
        PhaseRow.Replication replication,
        List<PhaseRow.Compared> compared,
        boolean ramp,
        Optional<Phase> undo,
        PhaseRow.UndoBy undoBy,
        Side safeSide,
        List<String> gates) {

    public PhaseView {
        compared = List.copyOf(compared);
        gates = List.copyOf(gates);
    }

    static List<PhaseView> table() {
        return PhaseTable.rows().stream().map(PhaseView::of).toList();
    }

    private static PhaseView of(PhaseRow row) {
        return new PhaseView(
                row.phase().number(),
                row.phase(),
                row.reads(),
                row.writes(),
                row.replication(),
                row.compared().stream().sorted().toList(),
                PhaseTable.hasRamp(row.phase()),
                row.undo(),
                row.undoBy(),
                row.safeSide(),
                PhaseTable.entryGates(SliceKind.STATEFUL, row.phase()).stream()
                        .map(GateName::label)
                        .toList());
    }
}
