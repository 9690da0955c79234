package dev.bailey.journal;

import dev.bailey.journal.Journal.Changed;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.RecordId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The idempotency keys of clients with what became of their writes, kept in the journal. Thread-safe; durable when a stage
 * completes; stages complete on the journal's own thread. At start every claim of an earlier life is either unknown (its write may have been sent) or gone (it cannot have been).
 */
public interface KeptKeys {

    /** Takes the key for a write, unless it is taken; the first of several wins. */
    CompletionStage<Claimed> claim(Claim claim);

    /** The write is about to be sent without a record of its own in the journal. */
    CompletionStage<Changed> sent(String claim);

    /** Nobody knows what became of the write; its record, where there is one, will tell as far as it can be told. */
    CompletionStage<Changed> unknown(String claim, Optional<RecordId> record);

    /**
     * The write has ended with this answer. Fails while its record, where there is one, does not know yet that it has ended: a
     * restart would take the write for one of unknown fate, and the answer for a true one.
     */
    CompletionStage<Changed> answered(String claim, Optional<RecordId> record, Answer answer);

    /** The write was not made and will not be: the key is free. */
    CompletionStage<Changed> released(String claim);

    /**
     * A key that a write wants.
     *
     * @param id of this claim, unique for ever; the write's intent carries it as its idempotency key
     * @param consumer whose key it is; empty where keys are not scoped
     * @param fingerprint of the payload
     * @param most keys the slice may have
     */
    record Claim(
            String id,
            SliceName slice,
            String consumer,
            String key,
            byte[] fingerprint,
            Instant at,
            Instant expires,
            int most) {}

    /**
     * The answer of a write that has ended.
     *
     * @param whole false where the body was above the limit, or cannot be told any more, and is empty here
     */
    record Answer(int status, List<Header> headers, byte[] body, boolean whole) {
        public Answer {
            headers = List.copyOf(headers);
        }
    }

    /** What became of the write of a key. */
    sealed interface Fate {
        record UnderWay() implements Fate {}

        record Unknown(Optional<RecordId> record) implements Fate {}

        record Answered(Answer answer) implements Fate {}
    }

    sealed interface Claimed {
        record Fresh() implements Claimed {}

        /** @param id of the claim that has the key */
        record Taken(String id, byte[] fingerprint, Fate fate) implements Claimed {}

        /** The slice has as many keys as it may have, or the disk is full. */
        record Full(String reason) implements Claimed {}

        record Failed(String reason) implements Claimed {}
    }
}
