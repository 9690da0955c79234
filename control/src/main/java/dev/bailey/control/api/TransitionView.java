package dev.bailey.control.api;

import dev.bailey.model.phase.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One move of a slice, with the evidence it was made on.
 *
 * @param id position in the history
 * @param command such as {@code advance}
 * @param committed false for an attempt that was aborted
 * @param numbers measured figures by name
 * @param message what happened, in words
 * @param epoch the epoch it led to
 * @param actor who; the watch is {@code bailey}
 * @param forced whether gates did not pass
 * @param approval the approval it was made under
 * @param stallMs how long writes were held, for a handover
 */
public record TransitionView(
        long id,
        long epoch,
        String command,
        Phase from,
        String fromRamp,
        Phase to,
        String toRamp,
        List<String> cohorts,
        Instant at,
        String actor,
        String reason,
        boolean committed,
        boolean forced,
        Optional<String> approval,
        OptionalLong stallMs,
        Map<String, Double> numbers,
        String message,
        List<GateView> evidence) {

    public TransitionView {
        cohorts = List.copyOf(cohorts);
        numbers = Map.copyOf(numbers);
        evidence = List.copyOf(evidence);
    }
}
