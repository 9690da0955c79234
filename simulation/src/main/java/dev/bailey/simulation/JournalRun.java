package dev.bailey.simulation;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.JournalStats;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.sqlite.DiskTrouble;
import dev.bailey.journal.sqlite.UnsafeJournal;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One world of the embedded journal alone, with its log's files and its tables, over a disk that loses, tears and fails. Clients write
 * records and change them; the process dies at every deed of the disk, and the power may go with it. Whatever the journal has
 * answered must be found by the next life, and nothing of what it said to have failed.
 */
final class JournalRun {

    private static final long MILLI = 1_000_000;
    private static final long MOST_STEPS = 400_000;
    private static final int LISTED = 1_000;
    private static final int LAST_LIVES = 2;
    private static final int LAST_RECORDS = 3;
    private static final Instant BEGINNING = Instant.parse("2027-01-01T00:00:00Z");

    private final String folder;
    private final JournalChoices choices;
    private final Machine machine;
    private final Life world;
    private final Faults faults;
    private final SplittableRandom random;
    private final UnsafeJournal journal;
    private final List<KnownRecord> records = new ArrayList<>();
    private final Counts counts = new Counts();
    private @Nullable Life life;
    private @Nullable GroupJournal open;
    private @Nullable Violation violation;
    private long lastSequence;
    private int steps;
    private int troubles;
    private int lives;
    private int clientsLeft;
    private int peaceful;
    private boolean isFull;
    private boolean ended;

    private JournalRun(long seed, Path folder, Path blank) {
        this.folder = folder.toString();
        SplittableRandom seeds = new SplittableRandom(seed);
        this.choices = JournalChoices.draw(seeds.split());
        this.machine = new Machine(seeds.split(), choices.yieldPercent());
        this.world = new Life(machine, "world");
        this.faults = new Faults(machine, seeds.split());
        this.random = seeds.split();
        this.steps = choices.steps();
        this.journal = new UnsafeJournal(folder, blank, new Trouble(), choices.sizes());
        say("seed " + seed + ": " + choices);
    }

    static Simulation.Result run(long seed, Path folder, Path blank) {
        JournalRun run = new JournalRun(seed, folder, blank);
        try {
            run.run();
        } catch (RuntimeException e) {
            run.violation = new Violation("TheSimulatorItself", String.valueOf(e));
        } finally {
            run.journal.close();
        }
        Violation broken = run.violation;
        run.counts.steps = run.machine.steps();
        run.counts.lives = run.lives;
        run.counts.simulatedMillis = run.machine.now() / MILLI;
        return new Simulation.Result(
                seed,
                Optional.ofNullable(broken).map(Throwable::getMessage),
                broken == null ? "" : broken.invariant(),
                run.machine.trace().hash(),
                run.counts,
                run.machine.trace().lines());
    }

    private void run() {
        for (int i = 0; i < choices.kills(); i++) {
            world.after(Duration.ofNanos(random.nextLong(400 * MILLI)), () -> {
                Life known = life;
                if (known != null && faults.areOn()) {
                    known.end("killed");
                }
            });
        }
        for (int i = 0; i < choices.fullTimes(); i++) {
            long at = random.nextLong(400 * MILLI);
            world.after(Duration.ofNanos(at), () -> full(true));
            world.after(Duration.ofNanos(at + random.nextLong(200 * MILLI)), () -> full(false));
        }
        live();
        for (long step = 0; !ended && violation == null; step++) {
            if (step > MOST_STEPS) {
                throw new IllegalStateException("no end after " + MOST_STEPS + " steps");
            }
            if (!machine.step()) {
                throw new IllegalStateException("nothing is left that could ever happen");
            }
        }
    }

    private void full(boolean now) {
        isFull = now && faults.areOn();
        say(isFull ? "the disk is full" : "the disk has room");
    }

    /** Where the files are differs from run to run. */
    private void say(String line) {
        machine.say(line.replace(folder, "."));
    }

    private void broken(String invariant, String message) {
        if (violation == null) {
            String told = message.replace(folder, ".");
            say("BROKEN " + invariant + ": " + told);
            violation = new Violation(invariant, told);
        }
    }

    private void live() {
        Life next = new Life(machine, "process" + ++lives);
        life = next;
        say(next.name() + " starts");
        next.onDeath(() -> ends(next));
        next.start(() -> guarded(() -> begin(next)));
    }

    /** A life is over; the next begins a little later, unless all has been seen. */
    private void ends(Life over) {
        if (life != over) {
            return;
        }
        life = null;
        open = null;
        journal.processDied();
        if (faults.next(1_000) < choices.mille().powerLost()) {
            say("the power is lost");
            journal.powerLost();
        }
        world.after(Duration.ofNanos(faults.between(MILLI, 100 * MILLI)), this::live);
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            broken("TheSimulatorItself", String.valueOf(e));
        }
    }

    private void begin(Life mine) {
        GroupJournal opened;
        int before = troubles;
        try {
            opened = journal.open(GroupBounds.defaults().withProbeEvery(Duration.ofMillis(20)), mine, mine.threads());
        } catch (JournalException e) {
            if (troubles == before) {
                broken("TheJournalOpens", mine.name() + ": " + e.getMessage());
            } else {
                say(mine.name() + " cannot open the journal: " + e.getMessage());
                mine.end("without a journal");
            }
            return;
        }
        say(mine.name() + " has opened the journal, " + journal.logFiles() + " files");
        records.forEach(KnownRecord::lives);
        look(opened);
        if (violation != null) {
            return;
        }
        open = opened;
        if (steps <= 0) {
            faults.stop();
            isFull = false;
            last(mine, opened);
            return;
        }
        clientsLeft = choices.clients();
        for (int i = 0; i < choices.clients(); i++) {
            List<KnownRecord> own = owned(i);
            mine.start(() -> guarded(() -> serve(mine, opened, own)));
        }
    }

    /** Nothing goes wrong any more: what is there stays, and more is taken. */
    private void last(Life mine, GroupJournal opened) {
        if (peaceful == LAST_LIVES) {
            opened.close();
            journal.processEnded();
            ended = true;
            return;
        }
        peaceful++;
        for (int i = 0; i < LAST_RECORDS; i++) {
            if (append(opened).isEmpty()) {
                broken("TheJournalGoesOn", "a write is refused, though nothing goes wrong any more");
            }
        }
        if (peaceful == 1) {
            mine.end("at last");
        } else {
            close(mine, opened);
        }
    }

    /** All that was ever written, as this life finds it. */
    private void look(GroupJournal opened) {
        Set<RecordId> known = new HashSet<>();
        for (KnownRecord record : records) {
            look(opened, record);
            known.add(record.id());
        }
        Set<Long> sequences = new HashSet<>();
        Set<RecordId> ids = new HashSet<>();
        long undelivered = 0;
        long unknown = 0;
        long parked = 0;
        for (JournalRecord.Head head :
                opened.list(new JournalQuery(Optional.empty(), Set.of(), Optional.empty(), Optional.empty(), LISTED))) {
            if (!known.contains(head.id()) || !ids.add(head.id()) || !sequences.add(head.sequence())) {
                broken(
                        "NothingIsThereTwice",
                        "record " + head.id() + " at " + head.sequence() + " is there twice, or unasked");
            }
            undelivered += head.state().isFinal() || head.state() == RecordState.PARKED ? 0 : 1;
            unknown += head.state() == RecordState.UNKNOWN ? 1 : 0;
            parked += head.state() == RecordState.PARKED ? 1 : 0;
        }
        for (KnownRecord record : records) {
            if (record.state().isPresent() != ids.contains(record.id())) {
                broken(
                        "NothingAcknowledgedIsLost",
                        "record " + record.id()
                                + (record.state().isPresent()
                                        ? " is found and not listed"
                                        : " is listed and not found"));
            }
        }
        JournalStats stats = opened.stats(World.SLICE);
        if (stats.undelivered() != undelivered || stats.parked() != parked || stats.unknown() != unknown) {
            broken(
                    "FiguresAreTrue",
                    stats + " and there are " + undelivered + " undelivered, " + unknown + " unknown, " + parked
                            + " parked");
        }
    }

    private void look(GroupJournal opened, KnownRecord record) {
        Optional<JournalRecord> found = opened.find(record.id());
        Optional<RecordState> state = found.map(each -> each.head().state());
        if (!record.allows(state)) {
            broken(
                    record.state().isPresent() ? "NothingAcknowledgedIsLost" : "NothingRefusedIsThere",
                    "record " + record.id() + " is "
                            + state.map(Object::toString).orElse("gone") + " (expected " + record.allowed() + ")");
            return;
        }
        found.ifPresent(whole -> {
            if (!record.hasBody(whole.intent().body())
                    || whole.applied()
                            .map(answer -> !record.hasBody(answer.body()))
                            .orElse(false)) {
                broken(
                        "NothingAcknowledgedIsLost",
                        "record " + record.id() + " has another body or answer than it was given");
            }
            if (record.sequence() != 0 && record.sequence() != whole.head().sequence()) {
                broken(
                        "SequencesStay",
                        "record " + record.id() + " was " + record.sequence() + " and is "
                                + whole.head().sequence());
            }
            record.at(whole.head().sequence());
            lastSequence = Math.max(lastSequence, record.sequence());
        });
        record.is(state);
    }

    /** The open records of each client, in a new life. */
    private List<KnownRecord> owned(int client) {
        List<KnownRecord> own = new ArrayList<>();
        for (int i = client; i < records.size(); i += choices.clients()) {
            if (records.get(i).isOpen()) {
                own.add(records.get(i));
            }
        }
        return own;
    }

    /** One client of one life: it works on records of its own. */
    private void serve(Life mine, GroupJournal opened, List<KnownRecord> own) {
        while (steps > 0) {
            steps--;
            step(mine, opened, own);
            if (faults.next(4) == 0) {
                mine.sleepOn(faults.between(MILLI / 10, 20 * MILLI));
            }
        }
        if (--clientsLeft == 0) {
            close(mine, opened);
        }
    }

    private void step(Life mine, GroupJournal opened, List<KnownRecord> own) {
        JournalChoices.Mille mille = choices.mille();
        if (faults.happens(mille.closes())) {
            close(mine, opened);
        } else if (faults.happens(mille.compacts())) {
            compact(mine, opened);
        } else if (faults.happens(mille.fences())) {
            fence(opened);
        } else if (own.isEmpty() || faults.next(3) == 0) {
            append(opened).ifPresent(own::add);
        } else {
            KnownRecord chosen = own.get(faults.next(own.size()));
            change(opened, chosen);
            if (!chosen.isOpen()) {
                own.remove(chosen);
            }
        }
    }

    private Optional<KnownRecord> append(GroupJournal opened) {
        byte[] body = new byte[faults.next(choices.bodyBytes())];
        Arrays.fill(body, (byte) ('a' + records.size() % 26));
        KnownRecord record = new KnownRecord(new RecordId("r" + records.size()), body);
        records.add(record);
        record.asked(RecordState.INTENT);
        long before = lastSequence;
        int cuts = journal.failedCuts();
        Appended answer = opened.append(intent(record)).toCompletableFuture().join();
        say("record " + record.id() + ": " + answer);
        switch (answer) {
            case Appended.Durable(long sequence) -> {
                if (sequence <= before) {
                    broken(
                            "SequencesGrow",
                            "record " + record.id() + " has " + sequence + " (expected more than " + before + ")");
                }
                record.at(sequence);
                lastSequence = Math.max(lastSequence, sequence);
                record.done(RecordState.INTENT);
                counts.acknowledged++;
                return Optional.of(record);
            }
            case Appended.Full _ -> record.failed(RecordState.INTENT, false);
            case Appended.Failed _ -> record.failed(RecordState.INTENT, journal.failedCuts() > cuts);
        }
        mustBeAsKnown(opened, record);
        return Optional.empty();
    }

    private WriteIntent intent(KnownRecord record) {
        return new WriteIntent(
                record.id(),
                World.SLICE,
                Optional.of(new EntityKey("e" + faults.next(5))),
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

    private void change(GroupJournal opened, KnownRecord record) {
        RecordState before = record.state().orElseThrow();
        List<RecordState> next = before.next().stream().sorted().toList();
        RecordState wanted = before == RecordState.PARKED ? RecordState.DELIVERED : next.get(faults.next(next.size()));
        record.asked(wanted);
        int cuts = journal.failedCuts();
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
        say("record " + record.id() + " " + wanted + ": " + answer);
        switch (answer) {
            case Changed.Done _ -> {
                record.done(wanted);
                counts.repeated++;
            }
            case Changed.Failed _ -> record.failed(wanted, journal.failedCuts() > cuts);
            case Changed.Refused refused ->
                broken("ChangesAreTaken", "record " + record.id() + " from " + before + ": " + refused.reason());
        }
        mustBeAsKnown(opened, record);
    }

    /** Now and then: what was just answered is read back. */
    private void mustBeAsKnown(GroupJournal opened, KnownRecord record) {
        if (faults.next(4) == 0) {
            look(opened, record);
        }
    }

    private void fence(GroupJournal opened) {
        long before = lastSequence;
        try {
            long fence = opened.fence(World.SLICE).toCompletableFuture().join().sequence();
            say("fence at " + fence);
            if (fence <= before) {
                broken("SequencesGrow", "a fence is at " + fence + " (expected more than " + before + ")");
            }
            lastSequence = Math.max(lastSequence, fence);
        } catch (CompletionException e) {
            say("no fence: " + e.getMessage());
        }
    }

    private void compact(Life mine, GroupJournal opened) {
        records.forEach(KnownRecord::compacts);
        try {
            say("compaction removed " + opened.compact(mine.instant()));
        } catch (JournalException e) {
            say("no compaction: " + e.getMessage());
        }
    }

    /** The process ends as it should; it is dead all the same where its log cannot be closed. */
    private void close(Life mine, GroupJournal opened) {
        if (open != opened) {
            return;
        }
        open = null;
        try {
            opened.close();
            journal.processEnded();
        } catch (JournalException e) {
            say(mine.name() + " does not close the journal: " + e.getMessage());
        }
        mine.end("at its own wish");
    }

    private final class Trouble implements DiskTrouble {

        @Override
        public void touch(String what) {
            Life known = life;
            if (known != null && Thread.currentThread().isVirtual()) {
                faults.mayDie(known, choices.mille().dies(), what);
            }
        }

        @Override
        public void await() {
            Life known = life;
            if (known != null && Thread.currentThread().isVirtual() && faults.areOn()) {
                known.sleepOn(faults.between(MILLI / 10, 10 * MILLI));
                known.stopHere();
            }
        }

        @Override
        public boolean fails(Deed deed) {
            JournalChoices.Mille mille = choices.mille();
            boolean fails = faults.happens(
                    switch (deed) {
                        case WRITE -> mille.write();
                        case FLUSH -> mille.flush();
                        case CUT -> mille.cut();
                        case CREATE -> mille.create();
                        case REMOVE -> mille.remove();
                        case COMMIT -> mille.commit();
                    });
            if (fails) {
                troubles++;
                say("the disk fails: " + deed);
            }
            return fails;
        }

        @Override
        public boolean isShort() {
            return faults.happens(choices.mille().shortWrite());
        }

        @Override
        public boolean isFull() {
            return isFull;
        }

        @Override
        public int next(int bound) {
            return faults.next(bound);
        }
    }
}
