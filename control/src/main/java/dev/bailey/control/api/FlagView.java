package dev.bailey.control.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A flag of the registry.
 *
 * @param on its value now, derived from the slice's phase and ramp
 * @param kind {@code temporary} or {@code permanent}
 * @param precondition what must hold before it may be on
 * @param removal what ends it
 * @param stale whether it should have been removed by now
 */
public record FlagView(
        String name,
        String slice,
        boolean on,
        String owner,
        String kind,
        String precondition,
        String removal,
        Optional<Instant> since,
        boolean stale) {}
