package dev.bailey.model.spec;

import java.time.Duration;
import java.util.Optional;

/**
 * How a slice is kept proved.
 *
 * @param every the time one pass over everything is spread over, again and again; empty for passes at full speed with pauses
 *     between them
 */
public record ReconcileSpec(Optional<Duration> every) {

    public static final Duration SHORTEST = Duration.ofMinutes(1);
    public static final Duration LONGEST = Duration.ofDays(90);

    public static final ReconcileSpec DEFAULTS = new ReconcileSpec(Optional.empty());
}
