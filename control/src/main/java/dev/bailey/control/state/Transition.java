package dev.bailey.control.state;

import dev.bailey.model.phase.GateReading;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One change of a slice's routing record with its evidence, or an attempt that was aborted (then {@code from} and {@code to}
 * route the same).
 *
 * @param id position in the history; 0 before it is stored
 * @param actor who; {@code bailey} is the watch
 * @param command what was asked, such as {@code advance} or {@code kill}
 * @param forced whether gates were skipped
 * @param approval the approval it ran under
 * @param gates readings of every gate that was asked
 * @param numbers measured figures by name with their unit, such as {@code stallMs}
 * @param detail what happened, in words
 */
public record Transition(
        long id,
        SliceName slice,
        Instant at,
        String actor,
        String reason,
        String command,
        SliceState from,
        SliceState to,
        boolean committed,
        boolean forced,
        Optional<String> approval,
        List<GateReading> gates,
        Map<String, Double> numbers,
        String detail) {

    public Transition {
        gates = List.copyOf(gates);
        numbers = Map.copyOf(numbers);
    }

    Transition stored(long newId, SliceState newTo, boolean isCommitted) {
        return new Transition(
                newId,
                slice,
                at,
                actor,
                reason,
                command,
                from,
                newTo,
                isCommitted,
                forced,
                approval,
                gates,
                numbers,
                detail);
    }

    /** The same with figures and words that are known only at the end. */
    public Transition with(Map<String, Double> figures, String words) {
        return new Transition(
                id, slice, at, actor, reason, command, from, to, committed, forced, approval, gates, figures, words);
    }
}
