package dev.bailey.model.spec;

import java.time.Duration;
import java.util.Optional;

/**
 * Idempotency keys that the gateway keeps, because the services honour none.
 *
 * @param header where a client writes its key
 * @param keep how long a key and its answer are kept
 * @param most keys of the slice that are kept at the same time
 * @param consumer header whose value scopes a key; empty when all clients of the slice share one space of keys
 */
public record KeptKeysSpec(String header, Duration keep, int most, Optional<String> consumer) {

    public static final Duration KEEP = Duration.ofHours(24);
    public static final int MOST = 100_000;
}
