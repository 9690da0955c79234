package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.Refresher.Refreshed;
import dev.bailey.journal.Journal;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Carries the writes that were kept without a follower. In passes: a fence, then until every write before it has ended (so
 * that none of them can be applied after its entity was read), then the entities in key order. Entities written meanwhile
 * stay in the gap for the next pass.
 */
final class GapCarrier {

    private static final int KEYS_TOGETHER = 100;
    private static final int PASSES = 8;

    /** The longest that writes already under way may take to end. */
    private static final Duration WRITES_END = Duration.ofSeconds(60);

    private final Journal journal;
    private final Refresher refresher;
    private final Exclusion exclusion;
    private final Ending ending;
    private final LongSupplier nanoTime;

    /** Waits until every write of a slice that was begun before a position has ended. */
    @FunctionalInterface
    interface Ending {
        boolean await(SliceWrites slice, long sequence, Duration atMost) throws InterruptedException;
    }

    /** Runs an action while no delivery touches its entities; empty, and not run, when they could not be had in time. */
    @FunctionalInterface
    interface Exclusion {
        Optional<Refreshed> run(SliceWrites slice, List<EntityKey> keys, Duration atMost, Supplier<Refreshed> action)
                throws InterruptedException;
    }

    GapCarrier(Journal journal, Refresher refresher, Exclusion exclusion, Ending ending, LongSupplier nanoTime) {
        this.journal = journal;
        this.refresher = refresher;
        this.exclusion = exclusion;
        this.ending = ending;
        this.nanoTime = nanoTime;
    }

    GapDelivery carry(SliceWrites slice, Side authority, Duration atMost, LongConsumer progress)
            throws InterruptedException {
        long until = nanoTime.getAsLong() + atMost.toNanos();
        long entities = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            long upTo;
            try {
                upTo = Tasks.await(journal.fence(slice.name)).sequence();
            } catch (IllegalStateException failed) {
                return new GapDelivery.Unavailable("the fence could not be written: " + failed.getMessage(), entities);
            }
            Duration left = left(until);
            if (!ending.await(slice, upTo, left.compareTo(WRITES_END) < 0 ? left : WRITES_END)) {
                return left(until).isZero()
                        ? new GapDelivery.OutOfTime(entities)
                        : new GapDelivery.Unavailable("writes under way do not end", entities);
            }
            Optional<EntityKey> after = Optional.empty();
            List<EntityKey> keys = journal.gap(slice.name, after, KEYS_TOGETHER);
            if (keys.isEmpty()) { // not before: what a node that is gone left without an outcome is in no gap yet
                return new GapDelivery.Carried(entities);
            }
            while (!keys.isEmpty()) {
                GapDelivery failed = carry(slice, authority, keys, upTo, until, entities);
                if (failed != null) {
                    return failed;
                }
                entities += keys.size();
                progress.accept(entities);
                after = Optional.of(keys.getLast());
                keys = journal.gap(slice.name, after, KEYS_TOGETHER);
            }
        }
        return journal.gap(slice.name, Optional.empty(), 1).isEmpty()
                ? new GapDelivery.Carried(entities)
                : new GapDelivery.StillGrowing(entities);
    }

    private @org.jspecify.annotations.Nullable GapDelivery carry(
            SliceWrites slice, Side authority, List<EntityKey> keys, long upTo, long until, long entities)
            throws InterruptedException {
        Optional<Refreshed> refreshed =
                exclusion.run(slice, keys, left(until), () -> refresher.refresh(slice.name, authority, keys));
        return switch (refreshed.orElse(null)) {
            case null -> new GapDelivery.OutOfTime(entities);
            case Refreshed.Refused(EntityKey key, String reason) -> new GapDelivery.Refused(key, reason, entities);
            case Refreshed.Unavailable(String reason) -> new GapDelivery.Unavailable(reason, entities);
            case Refreshed.Done _ ->
                switch (Tasks.await(journal.gapCarried(slice.name, keys, upTo))) {
                    case Changed.Done _ -> null;
                    case Changed.Refused(String reason) -> new GapDelivery.Unavailable(reason, entities);
                    case Changed.Failed(String reason) -> new GapDelivery.Unavailable(reason, entities);
                };
        };
    }

    private Duration left(long until) {
        return Duration.ofNanos(Math.max(0, until - nanoTime.getAsLong()));
    }
}
