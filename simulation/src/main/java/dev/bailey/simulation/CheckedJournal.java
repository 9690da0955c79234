package dev.bailey.simulation;

import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.JournalStats;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The invariant that the journal never says more than the disk holds: looks whenever it says that something is done. */
final class CheckedJournal implements Journal {

    private static final String NAME = "JournalNeverSaysMoreThanTheDisk";

    private final World world;
    private final Journal journal;
    private final Map<String, RecordId> byTag = new HashMap<>();

    CheckedJournal(World world, Journal journal) {
        this.world = world;
        this.journal = journal;
    }

    /** The newest record of a write in this life. */
    Optional<RecordId> recordOf(String tag) {
        return Optional.ofNullable(byTag.get(tag));
    }

    @Override
    public CompletionStage<Appended> append(WriteIntent intent) {
        world.machine().mayYield();
        intent.headers().stream()
                .filter(header -> header.name().equals(Write.TAG))
                .findFirst()
                .ifPresent(tag -> byTag.put(tag.value(), intent.id()));
        return journal.append(intent).thenApply(answer -> {
            if (answer instanceof Appended.Durable) {
                expect(List.of(intent.id()), EnumSet.allOf(RecordState.class));
            }
            return answer;
        });
    }

    @Override
    public CompletionStage<Changed> outcome(RecordId id, Outcome outcome) {
        world.machine().mayYield();
        return checked(journal.outcome(id, outcome), List.of(id), EnumSet.complementOf(EnumSet.of(RecordState.INTENT)))
                .thenApply(answer -> {
                    world.machine().say("record " + id + " " + outcome.state() + ": " + answer);
                    return answer;
                });
    }

    @Override
    public CompletionStage<Changed> delivered(List<RecordId> ids, String how) {
        world.machine().mayYield();
        return checked(journal.delivered(ids, how), ids, EnumSet.of(RecordState.DELIVERED))
                .thenApply(answer -> {
                    world.machine().say("delivered " + ids + " " + how + ": " + answer);
                    return answer;
                });
    }

    @Override
    public CompletionStage<Changed> parked(RecordId id, String reason) {
        world.machine().mayYield();
        return checked(journal.parked(id, reason), List.of(id), EnumSet.of(RecordState.PARKED));
    }

    private CompletionStage<Changed> checked(
            CompletionStage<Changed> answers, List<RecordId> ids, Set<RecordState> states) {
        return answers.thenApply(answer -> {
            if (answer instanceof Changed.Done) {
                expect(ids, states);
                expectCounts();
            }
            return answer;
        });
    }

    /** The figures, which gates go by, are those of the disk. */
    private void expectCounts() {
        if (world.isCrew()) {
            return; // its figures are counted anew now and then
        }
        JournalStats told = journal.stats(World.SLICE);
        JournalStats held = world.disk().counts(World.SLICE);
        if (!told.equals(held)) {
            world.broken(NAME, "the journal counts " + told + " and the disk holds " + held);
        }
    }

    private void expect(List<RecordId> ids, Set<RecordState> states) {
        for (RecordId id : ids) {
            Optional<RecordState> held =
                    world.holds(id).map(record -> record.head().state());
            if (held.isEmpty() || !states.contains(held.get())) {
                world.broken(
                        NAME,
                        "the journal says that record " + id + " is in " + states + " and the disk holds "
                                + held.map(Object::toString).orElse("nothing") + " of it");
            }
        }
    }

    @Override
    public CompletionStage<Changed> unparked(SliceName slice, EntityKey entity) {
        return journal.unparked(slice, entity);
    }

    @Override
    public CompletionStage<Changed> attempted(RecordId id, String reason, Instant at) {
        return journal.attempted(id, reason, at);
    }

    @Override
    public CompletionStage<FencePassed> fence(SliceName slice) {
        return journal.fence(slice);
    }

    @Override
    public void replayUndelivered(Consumer<JournalRecord.Head> each) {
        journal.replayUndelivered(each);
    }

    @Override
    public Optional<JournalRecord> find(RecordId id) {
        world.machine().mayYield();
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
    public CompletionStage<Changed> gapCarried(SliceName slice, List<EntityKey> keys, long upToSequence) {
        return journal.gapCarried(slice, keys, upToSequence);
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
        journal.close();
    }
}
