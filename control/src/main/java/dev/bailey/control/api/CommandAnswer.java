package dev.bailey.control.api;

import dev.bailey.model.phase.Phase;
import java.util.List;
import java.util.Optional;

/**
 * Answer to a command that was not refused.
 *
 * @param outcome {@code DONE} with 200; {@code STARTED} and {@code NEEDS_APPROVAL} with 202
 * @param job id of the job that runs now
 * @param approval id of the approval it waits for
 * @param state the slice's routing record after it
 */
public record CommandAnswer(
        Outcome outcome, String message, Optional<String> job, Optional<String> approval, Optional<Standing> state) {

    public enum Outcome {
        DONE,
        STARTED,
        NEEDS_APPROVAL
    }

    /** A slice's routing record. */
    public record Standing(String slice, Phase phase, String ramp, List<String> cohorts, long epoch) {
        public Standing {
            cohorts = List.copyOf(cohorts);
        }
    }
}
