package dev.bailey.journal.group;

import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.JournalStats;
import dev.bailey.journal.KeptKeys;
import dev.bailey.journal.group.Failure.Kind;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A {@link Journal} with one writer thread that makes one transaction of all that waits. Thread-safe; {@link #close} answers
 * everything that still waits. Queries and {@link #compact} throw {@link JournalException} when the store cannot be read or
 * written, and the stage of {@link #fence} fails with it.
 */
public final class GroupJournal implements Journal {

    private static final Mention NOTHING = new Mention.Nothing();

    private final Engine engine;
    private final GroupBounds bounds;
    private final OperationQueue queue;
    private final Figures figures = new Figures();
    private final Questions questions;
    private final Thread writerThread;
    private final AtomicBoolean closed = new AtomicBoolean();

    private GroupJournal(Engine engine, GroupBounds bounds, InstantSource clock) {
        this.engine = engine;
        this.bounds = bounds;
        this.questions = engine.questions();
        questions.count(figures);
        this.queue = new OperationQueue(bounds);
        GroupWriter writer = new GroupWriter(engine, bounds, clock, queue, figures);
        this.writerThread = engine.writerThread().newThread(writer);
        writerThread.start();
        engine.start(writer::askUpkeep);
    }

    /**
     * Over an engine, which it closes: when the journal is closed, and when it cannot be opened.
     *
     * @throws JournalException when the engine's records cannot be read
     */
    public static GroupJournal open(Engine engine, GroupBounds bounds, InstantSource clock) {
        try {
            return new GroupJournal(engine, bounds, clock);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** Whose keys are kept, where several write. Blocks. */
    public List<String> keyOwners() {
        return questions.keyOwners();
    }

    /**
     * Decides what became of the claims under way of those who write no more, where several write. To be called when nothing of
     * theirs can be written any more.
     */
    public CompletionStage<Changed> takeOverKeys(List<String> dead) {
        List<String> all = List.copyOf(dead);
        return change(NOTHING, 0, transaction -> {
            transaction.takeOverKeys(all);
            return new Changed.Done(0);
        });
    }

    /** Counts the figures anew, which know of one's own changes alone; for a journal that others write too. Blocks. */
    public void recount() {
        Figures counted = new Figures();
        questions.count(counted);
        figures.become(counted);
    }

    /** The idempotency keys that are kept in this journal. */
    public KeptKeys keys() {
        return new GroupKeys(this::submit);
    }

    @Override
    public CompletionStage<Appended> append(WriteIntent intent) {
        long bytes = intent.body().length + intent.target().length() + 512L;
        return submit(
                true,
                new Mention.NewRecord(),
                bytes,
                transaction -> Changes.append(transaction, intent, bounds.undeliveredPerSlice()),
                failure -> failure.kind() == Kind.FULL
                        ? new Appended.Full(failure.reason())
                        : new Appended.Failed(failure.reason()));
    }

    @Override
    public CompletionStage<Changed> outcome(RecordId id, Outcome outcome) {
        long bytes = outcome instanceof Outcome.Applied applied ? applied.body().length : 0;
        return change(new Mention.Ended(id), bytes, transaction -> Changes.outcome(transaction, id, outcome));
    }

    @Override
    public CompletionStage<Changed> delivered(List<RecordId> ids, String how) {
        List<RecordId> all = List.copyOf(ids);
        return change(new Mention.Records(all), 0, transaction -> Changes.delivered(transaction, all, how));
    }

    @Override
    public CompletionStage<Changed> parked(RecordId id, String reason) {
        return change(new Mention.Records(List.of(id)), 0, transaction -> Changes.parked(transaction, id, reason));
    }

    @Override
    public CompletionStage<Changed> unparked(SliceName slice, EntityKey entity) {
        return change(NOTHING, 0, transaction -> Changes.unparked(transaction, slice, entity));
    }

    @Override
    public CompletionStage<Changed> attempted(RecordId id, String reason, Instant at) {
        return change(
                new Mention.Records(List.of(id)), 0, transaction -> Changes.attempted(transaction, id, reason, at));
    }

    @Override
    public CompletionStage<Changed> gapCarried(SliceName slice, List<EntityKey> keys, long upToSequence) {
        List<EntityKey> all = List.copyOf(keys);
        return change(NOTHING, 0, transaction -> Changes.gapCarried(transaction, slice, all, upToSequence));
    }

    @Override
    public CompletionStage<FencePassed> fence(SliceName slice) {
        return submit(
                false,
                new Mention.NewFence(),
                0,
                transaction -> new FencePassed(transaction.insertFence(slice)),
                failure -> {
                    throw new JournalException("the fence could not be written: " + failure.reason());
                });
    }

    @Override
    public void replayUndelivered(Consumer<JournalRecord.Head> each) {
        questions.undelivered(each);
    }

    @Override
    public Optional<JournalRecord> find(RecordId id) {
        return questions.find(id);
    }

    @Override
    public List<JournalRecord.Head> list(JournalQuery query) {
        return questions.list(query);
    }

    @Override
    public List<EntityKey> gap(SliceName slice, Optional<EntityKey> after, int limit) {
        return questions.gap(slice, after, limit);
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return questions.recentKeys(slice, since, limit);
    }

    @Override
    public JournalStats stats(SliceName slice) {
        return figures.stats(slice);
    }

    @Override
    public long compact(Instant before) {
        long moment = Code.of(before);
        long removed = 0;
        long after = 0;
        boolean more = true;
        while (more) {
            Questions.Removable page = questions.removable(after, moment, bounds.compactRows());
            if (!page.sequences().isEmpty()) {
                removed += await(remove(page.sequences()));
            }
            after = page.lastSeen();
            more = page.more();
        }
        await(this.<Boolean>submit(
                false,
                NOTHING,
                0,
                transaction -> {
                    transaction.removeFences(moment);
                    return true;
                },
                failure -> {
                    throw notCompacted(failure);
                }));
        return removed;
    }

    private CompletionStage<Integer> remove(List<Long> sequences) {
        return submit(
                false, NOTHING, sequences.size() * 256L, transaction -> transaction.remove(sequences), failure -> {
                    throw notCompacted(failure);
                });
    }

    private static JournalException notCompacted(Failure failure) {
        return new JournalException("the journal could not be compacted: " + failure.reason());
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof JournalException known) {
                throw known;
            }
            throw e;
        }
    }

    private CompletionStage<Changed> change(Mention mention, long bytes, Operation.Work<Changed> work) {
        return submit(false, mention, bytes, work, failure -> new Changed.Failed(failure.reason()));
    }

    private <A> CompletionStage<A> submit(
            boolean append, Mention mention, long bytes, Operation.Work<A> work, Function<Failure, A> failed) {
        Operation<A> operation = new Operation<>(append, mention, bytes, work, failed);
        queue.offer(operation).ifPresent(operation::fail);
        return operation.stage();
    }

    /** Writes and answers what waits, refuses what comes later, and closes the engine. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        queue.close();
        boolean interrupted = joined(writerThread);
        engine.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the thread's end; true when the caller was interrupted meanwhile. */
    public static boolean joined(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
