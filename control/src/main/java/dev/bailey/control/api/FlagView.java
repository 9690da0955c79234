package dev.bailey.control.api;

import java.time.Instant;
import java.util.List;

/**
 * A flag of the registry.
 *
 * @param name slice and flag, such as {@code orders.read-modern}
 * @param on its value now, derived from the slice's phase and ramp
 * @param kind {@code temporary} or {@code permanent}
 * @param precondition what must hold before it may be on
 * @param removal what takes it away
 * @param live whether code still asks for it
 * @param stale whether it has not changed for longer than a flag should live
 * @param history its changes, oldest first
 */
public record FlagView(
        String name,
        String slice,
        boolean on,
        String owner,
        String kind,
        String precondition,
        String removal,
        boolean live,
        boolean stale,
        Instant since,
        List<Change> history) {

    public FlagView {
        history = List.copyOf(history);
    }

    /** One change of its value. */
    public record Change(Instant at, String actor, boolean on, String reason) {}
}
