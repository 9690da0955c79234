package dev.bailey.journal;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The durable record of every write. Thread-safe. Every mutation is durable when its stage completes, never before;
 * stages complete on the journal's own thread, so continuations must be short and must not block. Queries block and must
 * not be called on an event loop.
 */
public interface Journal extends AutoCloseable {

    /** Appends an intent. Never fails exceptionally for want of space or disk: that is an {@link Appended} of its own. */
    CompletionStage<Appended> append(WriteIntent intent);

    /** Writes what became of a record at its authority: {@code INTENT} or {@code UNKNOWN} to the outcome's state. */
    CompletionStage<Changed> outcome(RecordId id, Outcome outcome);

    /** Marks records carried to the follower (or their entity refreshed), all or none; those that are so already do not count. */
    CompletionStage<Changed> delivered(List<RecordId> ids, String how);

    /** Parks a record: its entity waits for an operator. */
    CompletionStage<Changed> parked(RecordId id, String reason);

    /** Takes the entity's parked records back into delivery: {@code PARKED} to {@code APPLIED}. */
    CompletionStage<Changed> unparked(SliceName slice, EntityKey entity);

    /** Counts a failed try of delivery, with its reason, for display; refused for a record that is final. */
    CompletionStage<Changed> attempted(RecordId id, String reason, Instant at);

    /** Appends a fence: completes with its position once everything before it is durable; fails when it cannot be written. */
    CompletionStage<FencePassed> fence(SliceName slice);

    /**
     * Every record that is not final, in order, without bodies; read once at start. {@code INTENT} here means a crash. Applied
     * records that are kept as a gap are left out: they may be many, and {@link #gap} tells their keys.
     */
    void replayUndelivered(Consumer<JournalRecord.Head> each);

    /** One record whole. */
    Optional<JournalRecord> find(RecordId id);

    /** Records for display, newest first. */
    List<JournalRecord.Head> list(JournalQuery query);

    /** Distinct keys of applied writes of a slice that are kept as a gap (written without a follower), in key order after a key. */
    List<EntityKey> gap(SliceName slice, Optional<EntityKey> after, int limit);

    /** Marks the gap of these entities as carried, as far as it was written up to a sequence: later records stay. */
    CompletionStage<Changed> gapCarried(SliceName slice, List<EntityKey> keys, long upToSequence);

    /**
     * Keys of writes whose intent was written at or after a moment (rejected ones left out), newest first, for the
     * verification of a handover; at most {@code limit}.
     */
    List<EntityKey> recentKeys(SliceName slice, Instant since, int limit);

    JournalStats stats(SliceName slice);

    /**
     * Removes final records older than the moment, in bounded batches that never stall appends, and from a gap those whose
     * entity has a newer one; returns how many. Blocks.
     */
    long compact(Instant before);

    @Override
    void close();

    /** Answer to an append. */
    sealed interface Appended {
        record Durable(long sequence) implements Appended {}

        /** The journal is at its declared bound of undelivered records, or the disk is full. */
        record Full(String reason) implements Appended {}

        /** The disk failed; nothing is known to be written. */
        record Failed(String reason) implements Appended {}
    }

    /** Answer to a change of state. */
    sealed interface Changed {
        record Done(int records) implements Changed {}

        /** Some record was not in a state this change may start from; nothing was changed. */
        record Refused(String reason) implements Changed {}

        record Failed(String reason) implements Changed {}
    }

    record FencePassed(long sequence) {}
}
