package dev.bailey.testkit;

import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.JournalStats;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A journal in front of another that fails, is full or holds its answers back on command; queries pass. A held answer's
 * write has been made: only the news of it waits. Thread-safe.
 */
public final class FaultyJournal implements Journal {

    private final Journal journal;
    private final List<Runnable> held = new ArrayList<>();
    private Mode mode = Mode.WORKS;

    private enum Mode {
        WORKS,
        FULL,
        FAILS,
        FAILS_CHANGES,
        HOLDS
    }

    public FaultyJournal(Journal journal) {
        this.journal = journal;
    }

    /** From now on everything goes through; what was held is answered. */
    public void work() {
        become(Mode.WORKS);
        List<Runnable> waiting;
        synchronized (this) {
            waiting = List.copyOf(held);
            held.clear();
        }
        waiting.forEach(Runnable::run);
    }

    /** From now on appends are answered {@code Full}; changes go through. */
    public void beFull() {
        become(Mode.FULL);
    }

    /** From now on appends and changes are answered {@code Failed} and not made. */
    public void fail() {
        become(Mode.FAILS);
    }

    /** From now on changes are answered {@code Failed} and not made; appends go through. */
    public void failChanges() {
        become(Mode.FAILS_CHANGES);
    }

    /** From now on appends and changes are made, and answered when {@link #work} is called. */
    public void hold() {
        become(Mode.HOLDS);
    }

    /** How many answers are held. */
    public synchronized int held() {
        return held.size();
    }

    private synchronized void become(Mode next) {
        mode = next;
    }

    private synchronized Mode mode() {
        return mode;
    }

    @Override
    public CompletionStage<Appended> append(WriteIntent intent) {
        return switch (mode()) {
            case FULL -> CompletableFuture.completedStage(new Appended.Full("full on command"));
            case FAILS -> CompletableFuture.completedStage(new Appended.Failed("failed on command"));
            case WORKS, FAILS_CHANGES, HOLDS -> answer(journal.append(intent));
        };
    }

    private CompletionStage<Changed> change(Supplier<CompletionStage<Changed>> change) {
        return mode() == Mode.FAILS || mode() == Mode.FAILS_CHANGES
                ? CompletableFuture.completedStage(new Changed.Failed("failed on command"))
                : answer(change.get());
    }

    private <T> CompletionStage<T> answer(CompletionStage<T> made) {
        CompletableFuture<T> told = new CompletableFuture<>();
        made.whenComplete((answer, error) -> tellOrHold(() -> {
            if (error != null) {
                told.completeExceptionally(error);
            } else {
                told.complete(answer);
            }
        }));
        return told;
    }

    private void tellOrHold(Runnable tell) {
        synchronized (this) {
            if (mode == Mode.HOLDS) {
                held.add(tell);
                return;
            }
        }
        tell.run();
    }

    @Override
    public CompletionStage<Changed> outcome(RecordId id, Outcome outcome) {
        return change(() -> journal.outcome(id, outcome));
    }

    @Override
    public CompletionStage<Changed> delivered(List<RecordId> ids, String how) {
        return change(() -> journal.delivered(ids, how));
    }

    @Override
    public CompletionStage<Changed> parked(RecordId id, String reason) {
        return change(() -> journal.parked(id, reason));
    }

    @Override
    public CompletionStage<Changed> unparked(SliceName slice, EntityKey entity) {
        return change(() -> journal.unparked(slice, entity));
    }

    @Override
    public CompletionStage<Changed> attempted(RecordId id, String reason, Instant at) {
        return change(() -> journal.attempted(id, reason, at));
    }

    @Override
    public CompletionStage<Changed> gapCarried(SliceName slice, List<EntityKey> keys, long upToSequence) {
        return change(() -> journal.gapCarried(slice, keys, upToSequence));
    }

    @Override
    public CompletionStage<FencePassed> fence(SliceName slice) {
        return mode() == Mode.FAILS
                ? CompletableFuture.failedStage(new IllegalStateException("failed on command"))
                : answer(journal.fence(slice));
    }

    @Override
    public void replayUndelivered(Consumer<JournalRecord.Head> each) {
        journal.replayUndelivered(each);
    }

    @Override
    public Optional<JournalRecord> find(RecordId id) {
        return journal.find(id);
    }

    @Override
    public List<JournalRecord.Head> list(JournalQuery query) {
        return journal.list(query);
    }

    @Override
    public List<EntityKey> gap(SliceName slice, Optional<EntityKey> after, int limit) {
        return journal.gap(slice, after, limit);
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return journal.recentKeys(slice, since, limit);
    }

    @Override
    public JournalStats stats(SliceName slice) {
        return journal.stats(slice);
    }

    @Override
    public long compact(Instant before) {
        return journal.compact(before);
    }

    @Override
    public void close() {
        work();
        journal.close();
    }
}
