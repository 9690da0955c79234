package dev.bailey.control.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A long job.
 *
 * @param kind {@code backfill} or {@code reconcile}
 * @param done units worked off (entities)
 * @param total units in all; absent while unknown
 * @param rate units a second, lately
 * @param secondsLeft at that rate; absent while unknown
 * @param message what it does now, or how it ended
 * @param results figures of its end, such as {@code divergences}
 */
public record JobView(
        String id,
        String kind,
        String slice,
        State state,
        long done,
        OptionalLong total,
        double rate,
        OptionalLong secondsLeft,
        Instant startedAt,
        Optional<Instant> endedAt,
        String message,
        Map<String, Long> results) {

    public JobView {
        results = Map.copyOf(results);
    }

    public enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED;

        public boolean ended() {
            return this != RUNNING;
        }
    }
}
