package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.Asking.Answer;
import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.write.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of writes of unknown fate, without guessing. The entity's lane is taken all the while. In this
 * order: ask the authority again with the same key, where it honours one and the same request is due once; else wait until
 * nothing can land any more and let the entity be refreshed; else, when not even the key is known, let the slice owe a
 * reconcile.
 */
final class Resolver {

    /** Questions that reached the authority and got no definite answer; then its state is read instead. */
    private static final int QUESTIONS = 6;

    private static final Logger log = LoggerFactory.getLogger(Resolver.class);

    private final Journal journal;
    private final Durably durably;
    private final Parking parking;
    private final Asking asking;
    private final Settlements settlements;
    private final Debts debts;
    private final WriteLease lease;
    private final InstantSource clock;
    private final Tasks tasks;
    private final Backoff pauses;
    private final WriteMeters meters;
    private final Semaphore questions;

    /** Not where others may have written the entity since: the question would put the older write over theirs. */
    private final boolean asksOfEntities;

    Resolver(
            Journal journal,
            Durably durably,
            Parking parking,
            Asking asking,
            Settlements settlements,
            Debts debts,
            WriteLease lease,
            InstantSource clock,
            Tasks tasks,
            Backoff pauses,
            WriteMeters meters,
            boolean asksOfEntities,
            int concurrency) {
        this.journal = journal;
        this.durably = durably;
        this.parking = parking;
        this.asking = asking;
        this.settlements = settlements;
        this.debts = debts;
        this.lease = lease;
        this.clock = clock;
        this.tasks = tasks;
        this.pauses = pauses;
        this.meters = meters;
        this.asksOfEntities = asksOfEntities;
        this.questions = new Semaphore(concurrency);
    }

    /** Begins; the turn ends when the fate cannot change any more and is durable. */
    void begin(SliceWrites slice, PendingWrite write, Turn turn, Outcome.Unknown outcome) {
        slice.pending.unknown(write);
        turn.unsure();
        tasks.start("resolving record " + write.id, () -> {
            Tasks.await(durably.outcome(write.id, outcome));
            resolve(slice, write, turn);
        });
    }

    /** A write that was applied but whose entity nobody can name, and that has no follower to be owed to: a reconcile finds it. */
    void keyless(SliceWrites slice, PendingWrite write, Turn turn, Outcome.Applied outcome) {
        slice.pending.settled(write, null);
        tasks.start("record " + write.id, () -> {
            // The debt first: a record that is applied and has no follower is the gap's, and the gap is carried by its
            // entities.
            book(slice, write, "its entity is not known");
            Tasks.await(durably.outcome(write.id, outcome));
            owed(slice, write, turn);
        });
    }

    private void resolve(SliceWrites slice, PendingWrite write, Turn turn) throws InterruptedException {
        JournalRecord record = read(write);
        SliceSpec spec = slice.spec();
        if (spec == null) {
            parking.park(
                    slice,
                    write,
                    "its fate is not known and slice " + write.slice + " is not declared any more (expected it in the"
                            + " migration file)");
            turn.end();
            return;
        }
        long landed = tasks.scheduler().nanoTime() + Replay.landing(spec).toNanos();
        int asked = 0;
        for (int tries = 1; asked < QUESTIONS; tries++) {
            tasks.pause(Duration.ZERO);
            Answer answer = asksOfEntities || write.entity == null ? ask(record, spec) : new Answer.NotAskable();
            switch (answer) {
                case Answer.Applied(Outcome.Applied outcome) -> {
                    if (write.isGap() && outcome.entity().isEmpty()) {
                        keyless(slice, write, turn, outcome);
                    } else {
                        settlements.applied(slice, write, turn, outcome);
                    }
                    done(write, "asked: applied");
                    return;
                }
                case Answer.Rejected _
                when landed - tasks.scheduler().nanoTime() > 0 -> {
                    // The first try may be on its way yet and fare better: the no counts once it cannot land any more.
                    tasks.pause(Duration.ofNanos(
                            Math.max(0, landed - tasks.scheduler().nanoTime())));
                }
                case Answer.Rejected(int status) -> {
                    Tasks.await(settlements.rejected(slice, write, turn, new Outcome.Rejected(status)));
                    done(write, "asked: rejected");
                    return;
                }
                case Answer.NotAskable _ -> asked = QUESTIONS;
                case Answer.Later(boolean reached) -> {
                    asked += reached ? 1 : 0;
                    tasks.scheduler().await(write.hurry, pauses.after(tries));
                    write.hurry = new CompletableFuture<>();
                }
            }
        }
        tasks.pause(Replay.landing(spec));
        if (write.entity != null) {
            settlements.applied(
                    slice,
                    write,
                    turn,
                    new Outcome.Applied(
                            Settlements.CARRIED_BY_REFRESH, Optional.of(write.entity), List.of(), new byte[0]));
            done(write, "refresh");
        } else {
            owe(slice, write, turn, "nobody knows whether it was applied, and its entity is not known");
            done(write, "reconcile");
        }
    }

    private Answer ask(JournalRecord record, SliceSpec spec) throws InterruptedException {
        questions.acquire();
        try {
            if (lease.valid(AdmissionRules.needed(spec)).isEmpty()) {
                return new Answer.Later(false);
            }
            return asking.ask(record.intent(), spec);
        } finally {
            questions.release();
        }
    }

    private JournalRecord read(PendingWrite write) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return journal.find(write.id)
                        .orElseThrow(() -> new IllegalStateException("record " + write.id + " is not in the journal"));
            } catch (IllegalStateException gone) {
                throw gone;
            } catch (RuntimeException unreadable) {
                log.warn("record {} cannot be read (try {}): {}", write.id, tries, unreadable.getMessage());
                tasks.pause(pauses.after(tries));
            }
        }
    }

    /** The debt is durable first, then the record is final. The reconcile must begin after nothing can land any more: now. */
    private void owe(SliceWrites slice, PendingWrite write, Turn turn, String why) throws InterruptedException {
        book(slice, write, why);
        owed(slice, write, turn);
    }

    private void book(SliceWrites slice, PendingWrite write, String why) throws InterruptedException {
        SliceName name = slice.name;
        for (int tries = 1; !debts.oweReconcile(name, clock.instant(), "record " + write.id + ": " + why); tries++) {
            tasks.pause(pauses.after(tries));
        }
    }

    private void owed(SliceWrites slice, PendingWrite write, Turn turn) throws InterruptedException {
        Tasks.await(durably.delivered(List.of(write.id), "owed to a reconcile"));
        slice.pending.remove(List.of(write));
        turn.end();
        slice.nextOf(write.entity);
        write.delivered.complete(false);
    }

    private void done(PendingWrite write, String how) {
        meters.resolved(write.slice, how);
        log.info("record {} of slice {}, of unknown fate, is resolved ({})", write.id, write.slice, how);
    }
}
