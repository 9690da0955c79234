package dev.bailey.control.handover;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;

/** What the control plane asks of the write path. Methods that wait block, at most as long as given, and may be interrupted. */
public interface Writes {

    /** From now on new writes wait that the prepared record would give another authority, or carry another way. */
    void hold(SliceState prepared);

    /** Waits until no write that the hold concerns is between intent and outcome. */
    boolean awaitQuiet(SliceName slice, Duration atMost) throws InterruptedException;

    /** Appends a fence, and waits until every record of the slice before it is delivered. */
    boolean awaitFence(SliceName slice, Duration atMost) throws InterruptedException;

    /** Ends the hold: waiting writes are decided again under the published record. */
    void release(SliceName slice);

    /** How many writes wait in the hold now. */
    int held(SliceName slice);

    /** Keys written since a moment, at most {@code limit}. */
    List<EntityKey> recentKeys(SliceName slice, Instant since, int limit);

    /** Waits until every write that began before this call has ended. */
    boolean awaitOlderWrites(SliceName slice, Duration atMost) throws InterruptedException;

    /**
     * Nodes that may still write the slice under an earlier record, cannot be asked, and are not known to have ended: nothing may be
     * built on its record before they are heard of.
     */
    default List<String> unheard(SliceName slice) {
        return List.of();
    }

    /** Tries a record again now; false when it is final or not known. */
    boolean retry(RecordId id);

    /** Takes a parked entity back into delivery; how many records that freed. */
    int unpark(SliceName slice, EntityKey entity);

    Backlog backlog(SliceName slice);

    /**
     * Carries the writes kept as a gap when the call began to legacy, and says meanwhile how many are left. What is written
     * during the call may stay. Returns how many are left in the gap; more than none, too, when it was not known in time
     * whether any is.
     */
    long deliverGap(SliceName slice, Duration atMost, LongConsumer left) throws InterruptedException;

    /**
     * What is not yet carried to the other side.
     *
     * @param undelivered records that wait for delivery, those of unknown outcome included
     * @param unknown records whose outcome is not known yet
     * @param parked entities that wait for an operator
     * @param gap records kept for a replay because legacy gets no writes any more
     * @param oldest age of the oldest undelivered record; zero when there is none
     */
    record Backlog(long undelivered, long unknown, long parked, long gap, Duration oldest) {
        public static final Backlog EMPTY = new Backlog(0, 0, 0, 0, Duration.ZERO);
    }
}
