package dev.bailey.control.api;

import dev.bailey.model.phase.Phase;
import java.util.List;
import java.util.Optional;

/**
 * The gates of a slice.
 *
 * @param holding the gates that let it into its present phase and must go on passing
 * @param next the next phase; absent at the end of the path
 * @param entering the gates of the next step
 * @param allowed whether the next step may be taken now
 */
public record GatesView(
        String slice,
        Phase phase,
        List<GateView> holding,
        Optional<Phase> next,
        List<GateView> entering,
        boolean allowed,
        String message) {

    public GatesView {
        holding = List.copyOf(holding);
        entering = List.copyOf(entering);
    }
}
