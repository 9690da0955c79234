package dev.bailey.control.flag;

import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.List;

/**
 * A flag of the migration.
 *
 * @param name slice and flag, such as {@code orders.read-modern}
 * @param kind {@code temporary} for all that the migration brings
 * @param precondition what must hold before it may be on
 * @param removal what takes it away
 * @param live whether code still asks for it: it is neither before its time nor after it
 * @param stale whether it has not changed for longer than a flag should live
 * @param history its changes, oldest first
 */
public record Flag(
        String name,
        SliceName slice,
        String owner,
        String kind,
        String precondition,
        String removal,
        boolean value,
        boolean live,
        boolean stale,
        Instant since,
        List<Change> history) {

    public Flag {
        history = List.copyOf(history);
    }

    public record Change(Instant at, String actor, boolean value, String reason) {}
}
