package dev.bailey.model.write;

import dev.bailey.model.route.EntityKey;
import java.util.List;
import java.util.Optional;

/** What became of a write at its authority. */
public sealed interface Outcome {

    /** The state the record enters. */
    RecordState state();

    /**
     * The authority answered 2xx.
     *
     * @param status its status; 0 where the entity must be carried by refresh, because the write's fate was not known or a
     *     refresh may have seen it
     * @param entity the entity's key, from the request or minted in the answer; empty when it cannot be told
     * @param headers headers of the answer that replay needs (location, entity tag)
     * @param body the answer's body up to the limit; empty when not kept
     */
    record Applied(int status, Optional<EntityKey> entity, List<Header> headers, byte[] body) implements Outcome {
        public Applied {
            headers = List.copyOf(headers);
        }

        @Override
        public RecordState state() {
            return RecordState.APPLIED;
        }
    }

    /** The authority refused with 4xx (or the gateway proved it was never sent): nothing to carry. */
    record Rejected(int status) implements Outcome {
        @Override
        public RecordState state() {
            return RecordState.REJECTED;
        }
    }

    /** Nobody knows whether it was applied: timeout, cut connection, 5xx, or a crash before the outcome was written. */
    record Unknown(String reason) implements Outcome {
        @Override
        public RecordState state() {
            return RecordState.UNKNOWN;
        }
    }
}
