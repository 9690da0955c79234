package dev.bailey.datasync.replay;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record of a log.
 *
 * @param key the entity it is about; empty where it tells none
 * @param value null for a tombstone
 */
public record Event(
        int partition,
        long offset,
        Optional<String> key,
        byte @Nullable [] value,
        Map<String, String> headers,
        Instant time) {

    /** As the file and messages name it. */
    String place() {
        return partition + ":" + offset;
    }

    @Override
    public String toString() {
        return "Event[" + place() + "]";
    }
}
