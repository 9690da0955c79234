package dev.bailey.gateway.dualwrite;

import dev.bailey.journal.Journal;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of records that must become durable: tried again, with pauses, until the journal has them or the write path stops
 * (then the record is taken up at the next start in the state it had). A change the journal refuses because the record is
 * there already, or past it, counts as made: a try whose answer was a failure may have been written.
 */
final class Durably {

    private static final Outcome.Rejected NEVER_SENT = new Outcome.Rejected(0);

    private static final Logger log = LoggerFactory.getLogger(Durably.class);

    private final Journal journal;
    private final Tasks tasks;
    private final Backoff pauses;

    Durably(Journal journal, Tasks tasks, Backoff pauses) {
        this.journal = journal;
        this.tasks = tasks;
        this.pauses = pauses;
    }

    CompletableFuture<Boolean> outcome(RecordId id, Outcome outcome) {
        RecordState wanted = outcome.state();
        return change(
                () -> journal.outcome(id, outcome),
                id,
                is(state -> wanted == RecordState.UNKNOWN
                        ? state != RecordState.INTENT
                        : state == wanted || (wanted == RecordState.APPLIED && state == RecordState.DELIVERED)));
    }

    /** Makes a record dead that the journal may hold or not, because it failed when it was to take it. */
    CompletableFuture<Boolean> buried(RecordId id) {
        return change(
                () -> journal.outcome(id, NEVER_SENT),
                id,
                state -> state.isEmpty() || state.get() == RecordState.REJECTED);
    }

    CompletableFuture<Boolean> delivered(List<RecordId> ids, String how) {
        return change(() -> journal.delivered(ids, how), ids.getFirst(), is(state -> state == RecordState.DELIVERED));
    }

    CompletableFuture<Boolean> parked(RecordId id, String reason) {
        return change(() -> journal.parked(id, reason), id, is(state -> state == RecordState.PARKED));
    }

    /** Counts a try before it is made, so that a restart knows that it may have been. */
    CompletableFuture<Boolean> attempted(Supplier<CompletionStage<Changed>> change, RecordId id) {
        return change(change, id, is(RecordState::isFinal));
    }

    private static Predicate<Optional<RecordState>> is(Predicate<RecordState> state) {
        return found -> found.filter(state).isPresent();
    }

    /** Completes with true when durable, with false when the journal will never take the change (a record in a state nobody expects). */
    private CompletableFuture<Boolean> change(
            Supplier<CompletionStage<Changed>> change, RecordId id, Predicate<Optional<RecordState>> there) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        attempt(change, id, there, done, 1);
        return done;
    }

    private void attempt(
            Supplier<CompletionStage<Changed>> change,
            RecordId id,
            Predicate<Optional<RecordState>> there,
            CompletableFuture<Boolean> done,
            int tries) {
        change.get().whenComplete((answer, broken) -> {
            switch (answer) {
                case Changed.Done _ -> done.complete(true);
                case Changed.Refused refused ->
                    tasks.start("looking up record " + id, () -> lookUp(change, id, there, done, tries, refused));
                case Changed.Failed failed -> again(change, id, there, done, tries, failed.reason());
                case null -> again(change, id, there, done, tries, String.valueOf(broken));
            }
        });
    }

    private void lookUp(
            Supplier<CompletionStage<Changed>> change,
            RecordId id,
            Predicate<Optional<RecordState>> there,
            CompletableFuture<Boolean> done,
            int tries,
            Changed.Refused refused) {
        Optional<JournalRecord> record;
        try {
            record = journal.find(id);
        } catch (RuntimeException e) {
            again(change, id, there, done, tries, String.valueOf(e.getMessage()));
            return;
        }
        if (there.test(record.map(found -> found.head().state()))) {
            done.complete(true);
        } else {
            log.error("the journal refused a change of record {}: {}", id, refused.reason());
            done.complete(false);
        }
    }

    private void again(
            Supplier<CompletionStage<Changed>> change,
            RecordId id,
            Predicate<Optional<RecordState>> there,
            CompletableFuture<Boolean> done,
            int tries,
            String reason) {
        if (tries == 1 || tries % 100 == 0) {
            log.warn("record {} could not be changed in the journal (try {}): {}", id, tries, reason);
        }
        tasks.later(pauses.after(tries), () -> attempt(change, id, there, done, tries + 1));
    }
}
