package dev.bailey.control.handover;

import dev.bailey.control.state.Standing;
import java.util.Map;

/**
 * What became of a handover. Figures: {@code stallMs}, and of it {@code quietMs} until nothing was in flight at any node,
 * {@code carriedMs} until the follower had everything, {@code comparedMs} until both stores were seen equal; entities
 * {@code verified}, of them {@code verifiedHeld} while writes stood still, and {@code repaired}.
 */
public sealed interface HandoverResult {

    /** The new record is in force on the state file, in memory and at the gateway. */
    record Committed(Standing standing, Map<String, Double> numbers) implements HandoverResult {
        public Committed {
            numbers = Map.copyOf(numbers);
        }
    }

    /** The old routing goes on under a newer epoch; held writes went to the old authority. */
    record Aborted(Standing standing, String why, Map<String, Double> numbers) implements HandoverResult {
        public Aborted {
            numbers = Map.copyOf(numbers);
        }
    }

    /**
     * The store did not say whether the commit was made. Writes of the cohort stay held, to be released by the record alone:
     * {@link Handover#settle} asks again.
     */
    record Unsettled(Standing standing, String why, Map<String, Double> numbers) implements HandoverResult {
        public Unsettled {
            numbers = Map.copyOf(numbers);
        }
    }

    /** The slice had moved before it began; nothing was done. */
    record Stale(Standing standing) implements HandoverResult {}
}
