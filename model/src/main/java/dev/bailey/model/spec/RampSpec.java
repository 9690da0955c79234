package dev.bailey.model.spec;

import dev.bailey.model.phase.Ramp;
import java.time.Duration;
import java.util.List;

/** The steps of a ramp and how long each must last. */
public record RampSpec(List<Step> steps, Duration dwell) {

    public static final RampSpec DEFAULTS = new RampSpec(
            List.of(
                    new Step.ToShare(new Ramp(100)),
                    new Step.ToShare(new Ramp(1_000)),
                    new Step.ToShare(new Ramp(5_000)),
                    new Step.ToShare(Ramp.FULL)),
            Duration.ofMinutes(30));

    public RampSpec {
        steps = List.copyOf(steps);
    }

    /** A named cohort, or a share. */
    public sealed interface Step {
        record ToCohort(String cohort) implements Step {}

        record ToShare(Ramp ramp) implements Step {}
    }
}
