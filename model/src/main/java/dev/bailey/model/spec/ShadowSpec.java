package dev.bailey.model.spec;

import dev.bailey.model.phase.Ramp;
import java.time.Duration;

/**
 * How answers are mirrored.
 *
 * @param sample share of entities whose reads are mirrored (requests without a key: share of requests)
 * @param concurrency mirrored requests in flight
 * @param maxBodyBytes a larger answer is not compared and counted as lost
 */
public record ShadowSpec(Ramp sample, Duration timeout, int concurrency, int maxBodyBytes) {

    public static final ShadowSpec DEFAULTS = new ShadowSpec(new Ramp(500), Duration.ofSeconds(2), 32, 256 * 1024);
}
