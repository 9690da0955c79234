package dev.bailey.model.spec;

import java.time.Duration;
import java.util.Optional;

/**
 * How fast a slice is backfilled.
 *
 * @param workers chunks copied at a time, by each node
 * @param ratePerSecond documents a second, at most; 0 for no bound. A running backfill can be given another
 * @param chunk time a chunk should take; its size follows from that
 * @param lag how far the replicas of the follower's store may be behind before the backfill waits for them; empty when they are
 *     not looked at
 * @param lagQuery a select at the follower's store that gives that lag in seconds; empty for the database's own figure
 */
public record BackfillSpec(
        int workers, int ratePerSecond, Duration chunk, Optional<Duration> lag, Optional<String> lagQuery) {

    /** Each holds a connection to each store, and the pools are no larger. */
    public static final int MOST_WORKERS = 4;

    public static final Duration SHORTEST_CHUNK = Duration.ofMillis(50);
    public static final Duration LONGEST_CHUNK = Duration.ofSeconds(10);

    public static final BackfillSpec DEFAULTS =
            new BackfillSpec(3, 0, Duration.ofMillis(500), Optional.empty(), Optional.empty());
}
