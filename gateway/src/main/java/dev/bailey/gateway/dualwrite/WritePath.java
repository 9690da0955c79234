package dev.bailey.gateway.dualwrite;

import dev.bailey.journal.KeptKeys;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The way of a write (protocol, section 2). A write is admitted (its entity's turn, no hold, durable intent), forwarded by
 * the caller, and settled with its outcome. Thread-safe; stages complete on any thread, so callers go back to their event
 * loop; they never complete exceptionally.
 */
public interface WritePath {

    /** Waits for the entity's turn and for a hold to end, decides under the routing record of that moment, and makes the intent durable. */
    CompletionStage<Admission> admit(WriteRequest request);

    /** The side whose copy of an entity is ahead because a write is not delivered yet; empty when both are equal as far as the journal knows. */
    Optional<Side> aheadSide(SliceName slice, EntityKey entity);

    /** Whether a write of the entity (or, without one, of the slice) was undelivered at any time since the moment. */
    boolean undeliveredSince(SliceName slice, Optional<EntityKey> entity, long nanoTime);

    /** Whether every new write is {@link Moved} now. */
    default boolean hasMoved() {
        return false;
    }

    sealed interface Admission {}

    /** Go on: forward to {@code decision().side()} with {@code idempotencyKey()} in the slice's header. */
    non-sealed interface Admitted extends Admission {
        RouteDecision decision();

        /** The key to send; empty when the slice's services honour none. */
        Optional<String> idempotencyKey();

        /**
         * Must be called exactly once, whatever happens. The stage completes when the client may be answered: at once, or with
         * {@code ack: both} after delivery or its limit.
         */
        CompletionStage<Settled> settle(Outcome outcome);

        /** As {@link #settle(Outcome)}, with the answer the client will get, where a side gave one. */
        default CompletionStage<Settled> settle(Outcome outcome, Optional<KeptKeys.Answer> answer) {
            return settle(outcome);
        }

        /** Its record in the journal; empty where it goes without one. */
        default Optional<RecordId> record() {
            return Optional.empty();
        }
    }

    /**
     * Answer the client with this status; nothing was forwarded and nothing will be. Only a 504 does not promise the latter:
     * the journal failed and may hold the write nevertheless.
     */
    record Refused(int status, String message, Optional<Duration> retryAfter) implements Admission {}

    /** Nothing was forwarded and nothing will be: this gateway gave up the store, and whoever took it over is to be asked. */
    record Moved() implements Admission {}

    /** Answer the client with what its idempotency key's write was answered; nothing was forwarded. */
    record Replayed(KeptKeys.Answer answer) implements Admission {}

    /**
     * How a write was acknowledged; {@code NOT_BOTH} is counted when {@code ack: both} fell back. {@code NOT_DURABLE}: the
     * journal has not taken the outcome in time, and a restart would not know it: a write that was not sent may be sent
     * then, and what was created may be taken for a leftover.
     */
    enum Settled {
        ACKNOWLEDGED,
        BOTH,
        NOT_BOTH,
        NOT_DURABLE
    }
}
