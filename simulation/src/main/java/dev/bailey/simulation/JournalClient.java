package dev.bailey.simulation;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** One client of one life: it works on records of its own, and holds each answer against what is true. */
final class JournalClient {

    private static final Instant BEGINNING = Instant.parse("2027-01-01T00:00:00Z");

    private final JournalWorld world;
    private final Life mine;
    private final GroupJournal opened;
    private final List<KnownRecord> own;

    /** @param own those that are open of the lives before */
    JournalClient(JournalWorld world, Life mine, GroupJournal opened, List<KnownRecord> own) {
        this.world = world;
        this.mine = mine;
        this.opened = opened;
        this.own = own;
    }

    private JournalChoices choices() {
        return world.choices();
    }

    private Faults faults() {
        return world.faults();
    }

    /** One step; it begins a record of its own, or goes on with one. */
    void step() {
        JournalChoices.Mille mille = choices().mille();
        if (faults().happens(mille.compacts())) {
            compact();
        } else if (faults().happens(mille.fences())) {
            fence();
        } else if (own.isEmpty() || faults().next(3) == 0) {
            append().ifPresent(own::add);
        } else {
            KnownRecord chosen = own.get(faults().next(own.size()));
            change(chosen);
            if (!chosen.isOpen()) {
                own.remove(chosen);
            }
        }
    }

    /** A new record, where the journal has taken it. */
    Optional<KnownRecord> append() {
        byte[] body = new byte[faults().next(choices().bodyBytes())];
        Arrays.fill(body, (byte) ('a' + world.truth().size() % 26));
        KnownRecord record = world.truth().next(body);
        record.asked(RecordState.INTENT);
        long before = world.truth().lastSequence();
        int cuts = world.journal().failedCuts();
        Appended answer = opened.append(intent(record)).toCompletableFuture().join();
        world.say("record " + record.id() + ": " + answer);
        switch (answer) {
            case Appended.Durable(long sequence) -> {
                world.truth().numbered("record " + record.id() + " has ", sequence, before);
                record.at(sequence);
                record.done(RecordState.INTENT);
                world.counts().acknowledged++;
                return Optional.of(record);
            }
            case Appended.Full _ -> record.failed(RecordState.INTENT, false);
            case Appended.Failed _ ->
                record.failed(RecordState.INTENT, world.journal().failedCuts() > cuts);
        }
        mustBeAsKnown(record);
        return Optional.empty();
    }

    private WriteIntent intent(KnownRecord record) {
        return new WriteIntent(
                record.id(),
                World.SLICE,
                Optional.of(new EntityKey("e" + faults().next(5))),
                new Epoch(1),
                Side.LEGACY,
                Optional.of(Side.MODERN),
                "PUT",
                "/items/1",
                List.of(new Header("Content-Type", "text/plain")),
                record.body(),
                true,
                record.id().value(),
                false,
                BEGINNING);
    }

    private void change(KnownRecord record) {
        RecordState before = record.state().orElseThrow();
        List<RecordState> next = before.next().stream().sorted().toList();
        RecordState wanted =
                before == RecordState.PARKED ? RecordState.DELIVERED : next.get(faults().next(next.size()));
        record.asked(wanted);
        int cuts = world.journal().failedCuts();
        CompletionStage<Changed> stage = switch (wanted) {
            case APPLIED ->
                opened.outcome(record.id(), new Outcome.Applied(200, Optional.empty(), List.of(), record.body()));
            case REJECTED -> opened.outcome(record.id(), new Outcome.Rejected(422));
            case UNKNOWN -> opened.outcome(record.id(), new Outcome.Unknown("no answer"));
            case DELIVERED -> opened.delivered(List.of(record.id()), "replay");
            case PARKED -> opened.parked(record.id(), "refused");
            case INTENT -> throw new IllegalStateException("no record becomes an intent");
        };
        Changed answer = stage.toCompletableFuture().join();
        world.say("record " + record.id() + " " + wanted + ": " + answer);
        switch (answer) {
            case Changed.Done _ -> {
                record.done(wanted);
                world.counts().repeated++;
            }
            case Changed.Failed _ -> record.failed(wanted, world.journal().failedCuts() > cuts);
            case Changed.Refused refused ->
                world.broken("ChangesAreTaken", "record " + record.id() + " from " + before + ": " + refused.reason());
        }
        mustBeAsKnown(record);
    }

    /** Now and then: what was just answered is read back. */
    private void mustBeAsKnown(KnownRecord record) {
        if (faults().next(4) == 0) {
            world.truth().look(opened, record);
        }
    }

    private void fence() {
        long before = world.truth().lastSequence();
        try {
            long fence = opened.fence(World.SLICE).toCompletableFuture().join().sequence();
            world.say("fence at " + fence);
            world.truth().numbered("a fence is at ", fence, before);
        } catch (CompletionException e) {
            world.say("no fence: " + e.getMessage());
        }
    }

    private void compact() {
        world.truth().compacts();
        try {
            world.say("compaction removed " + opened.compact(mine.instant()));
        } catch (JournalException e) {
            world.say("no compaction: " + e.getMessage());
        }
    }
}
