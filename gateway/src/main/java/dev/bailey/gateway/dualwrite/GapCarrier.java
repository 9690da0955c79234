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
    private final WriteControl control;
    private final Ending ending;

    /** Waits until every write of a slice that was begun before a position has ended. */
    @FunctionalInterface
    interface Ending {
        boolean await(SliceWrites slice, long sequence, Duration atMost) throws InterruptedException;
    }

    GapCarrier(Journal journal, Refresher refresher, WriteControl control, Ending ending) {
        this.journal = journal;
        this.refresher = refresher;
        this.control = control;
        this.ending = ending;
    }

    GapDelivery carry(SliceWrites slice, Side authority, LongConsumer progress) throws InterruptedException {
        long entities = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            long upTo;
            try {
                upTo = Tasks.await(journal.fence(slice.name)).sequence();
            } catch (IllegalStateException failed) {
                return new GapDelivery.Unavailable("the fence could not be written: " + failed.getMessage(), entities);
            }
            if (!ending.await(slice, upTo, WRITES_END)) {
                return new GapDelivery.Unavailable("writes under way do not end", entities);
            }
            Optional<EntityKey> after = Optional.empty();
            List<EntityKey> keys = journal.gap(slice.name, after, KEYS_TOGETHER);
            if (keys.isEmpty()) { // not before: what a node that is gone left without an outcome is in no gap yet
                return new GapDelivery.Carried(entities);
            }
            while (!keys.isEmpty()) {
                GapDelivery failed = carry(slice, authority, keys, upTo, entities);
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
            SliceWrites slice, Side authority, List<EntityKey> keys, long upTo, long entities)
            throws InterruptedException {
        Supplier<Refreshed> refresh = () -> refresher.refresh(slice.name, authority, keys);
        return switch (control.withoutDelivery(slice.name, keys, refresh)) {
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
}
