package dev.bailey.control.api;

import dev.bailey.control.command.Role;
import dev.bailey.model.phase.Phase;
import java.util.Map;
import java.util.Optional;

/** Bodies of requests. {@code expectedEpoch} is the epoch the caller saw; a change since then is refused with 409. */
public final class Asks {

    private Asks() {}

    /** A change that needs nothing but its reason. */
    public record Change(String reason, Optional<Long> expectedEpoch) {}

    /** @param force go although the stores may differ; needs the approver role */
    public record Undo(String reason, Optional<Long> expectedEpoch, boolean force) {}

    /**
     * @param to the phase; absent for the next step
     * @param ramp such as {@code 10%}; absent for the next declared step
     * @param force go although gates do not pass; needs the approver role
     */
    public record Advance(
            String reason, Optional<Long> expectedEpoch, Optional<Phase> to, Optional<String> ramp, boolean force) {}

    /**
     * @param rate documents a second at most, such as {@code 5000/s}, or {@code none}; absent to leave it as it is
     * @param paused true to let it wait, false to let it go on; absent to leave it as it is
     */
    public record Backfill(
            String reason, Optional<Long> expectedEpoch, Optional<String> rate, Optional<Boolean> paused) {}

    /**
     * @param repair refresh what differs
     * @param dryRun with {@code repair}: only show what it would do
     * @param rate most entities a second; absent for as fast as the stores let it
     */
    public record Reconcile(
            String reason, Optional<Long> expectedEpoch, boolean repair, boolean dryRun, Optional<Long> rate) {}

    /** @param cohort share to move forward and back, such as {@code 1%} (the default) */
    public record Rehearse(String reason, Optional<Long> expectedEpoch, Optional<String> cohort) {}

    /** @param held false lets the watch act again */
    public record Hold(String reason, Optional<Long> expectedEpoch, boolean held) {}

    public record Unpark(String reason, Optional<Long> expectedEpoch, String entity) {}

    /** @param headers of the request, by name */
    public record Explain(String method, String path, Map<String, String> headers) {
        public Explain {
            headers = Map.copyOf(headers);
        }
    }

    /** @param days until it expires; absent for 90 days */
    public record NewToken(String name, Role role, Optional<Integer> days, String reason) {}
}
