package dev.bailey.journal.group;

import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.KeptKeys;
import dev.bailey.model.write.RecordId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The kept keys of a journal: operations of its one writer, in its groups. */
final class GroupKeys implements KeptKeys {

    /** What a key takes beside its body, about. */
    private static final long KEY_BYTES = 512;

    private final Submit journal;

    /** Gives an operation to the writer. */
    interface Submit {
        <A> CompletionStage<A> submit(
                boolean append, Mention mention, long bytes, Operation.Work<A> work, Function<Failure, A> failed);
    }

    GroupKeys(Submit journal) {
        this.journal = journal;
    }

    @Override
    public CompletionStage<Claimed> claim(Claim claim) {
        return journal.submit(
                true,
                new Mention.WantedKey(claim),
                KEY_BYTES,
                transaction -> transaction.keys().claim(claim),
                failure -> failure.kind() == Failure.Kind.FULL
                        ? new Claimed.Full(failure.reason())
                        : new Claimed.Failed(failure.reason()));
    }

    @Override
    public CompletionStage<Changed> sent(String claim) {
        return change(claim, Optional.empty(), 0, keys -> keys.sent(claim));
    }

    @Override
    public CompletionStage<Changed> unknown(String claim, Optional<RecordId> record) {
        return change(claim, record, 0, keys -> keys.unknown(claim, record));
    }

    @Override
    public CompletionStage<Changed> answered(String claim, Optional<RecordId> record, Answer answer) {
        return change(claim, record, answer.body().length, keys -> keys.answered(claim, record, answer));
    }

    @Override
    public CompletionStage<Changed> released(String claim) {
        return change(claim, Optional.empty(), 0, keys -> keys.released(claim));
    }

    private CompletionStage<Changed> change(String claim, Optional<RecordId> record, long bytes, Change change) {
        return journal.submit(
                false,
                new Mention.KnownClaim(claim, record),
                bytes,
                transaction -> change.of(transaction.keys()),
                failure -> new Changed.Failed(failure.reason()));
    }

    @FunctionalInterface
    private interface Change {
        Changed of(Keys keys) throws java.sql.SQLException;
    }
}
