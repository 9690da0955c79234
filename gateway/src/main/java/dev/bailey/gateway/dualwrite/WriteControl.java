package dev.bailey.gateway.dualwrite;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * What the control plane may do to the write path: holds for a handover, waiting for quiet and for delivery, and the
 * operator's acts on single records. Methods that wait block, with the bound given; never call them on an event loop.
 */
public interface WriteControl {

    /**
     * From now on new writes that the prepared record would give another authority (or another way: journalled or not) wait,
     * bounded in count and time; everything else goes on.
     */
    void hold(SliceState prepared);

    /** Waits until no write that the hold concerns is between intent and outcome, unknown ones resolved included. */
    boolean awaitQuiet(SliceName slice, Duration atMost) throws InterruptedException;

    /** Appends a fence, and waits until every record of the slice before it is delivered (or kept as a gap by declaration). */
    boolean awaitFence(SliceName slice, Duration atMost) throws InterruptedException;

    /** Ends the hold: waiting writes are decided again under the current snapshot, in their order. */
    void release(SliceName slice);

    /** How many writes wait in the hold now. */
    int held(SliceName slice);

    /** Keys written since a moment, at most {@code limit}. */
    List<EntityKey> recentKeys(SliceName slice, Instant since, int limit);

    /** Tries a record again now; false when it is final or not known. */
    boolean retry(RecordId id);

    /** Takes a parked entity back into delivery; how many records that freed, at whichever node. */
    int unpark(SliceName slice, EntityKey entity);

    /** Waits until every write that began before this call, under whatever record, has ended; for changes of phase without a hold. */
    boolean awaitOlderWrites(SliceName slice, Duration atMost) throws InterruptedException;

    /**
     * Carries the gap (writes kept without a follower) to the side that is not the authority, by refresh, in batches; for the
     * undo of {@code LEGACY_OFF}. Idempotent: it may be stopped and called again, and begins no batch once its time is over.
     * {@code progress} gets the number of entities carried so far after each batch.
     */
    GapDelivery deliverGap(SliceName slice, Side authority, Duration atMost, LongConsumer progress)
            throws InterruptedException;

    /**
     * Runs an action that writes these entities at the follower (backfill, repair) while no delivery touches them, so that
     * neither overwrites the other with something older; writes of these entities that are not delivered yet are carried by
     * refresh afterwards. Waits for deliveries under way. Never call it from a {@link Refresher}.
     */
    <T> T withoutDelivery(SliceName slice, List<EntityKey> keys, Supplier<T> action) throws InterruptedException;
}
