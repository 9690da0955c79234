package dev.bailey.control.orchestrate;

import static dev.bailey.control.orchestrate.Question.words;

import dev.bailey.control.handover.Writes;
import dev.bailey.control.handover.Writes.Backlog;
import dev.bailey.control.orchestrate.Question.Answer;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Debts.Debt;
import dev.bailey.control.state.JobLog;
import dev.bailey.control.state.JobLog.Entry;
import dev.bailey.control.state.JobLog.State;
import dev.bailey.control.state.Rehearsals;
import dev.bailey.control.state.Rehearsals.Proof;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Gates on the journal and the two stores. */
final class DataGates {

    private final Writes writes;
    private final JobLog jobs;
    private final Debts debts;
    private final Rehearsals rehearsals;

    DataGates(Writes writes, JobLog jobs, Debts debts, Rehearsals rehearsals) {
        this.writes = writes;
        this.jobs = jobs;
        this.debts = debts;
        this.rehearsals = rehearsals;
    }

    GateReading journalLag(Question question) {
        Backlog backlog = backlog(question);
        return lag(question, GateName.JOURNAL_LAG, backlog);
    }

    GateReading nothingParked(Question question) {
        Backlog backlog = backlog(question);
        Answer answer =
                question.ask(GateName.NOTHING_PARKED, "parked entities", "0").samples(backlog.undelivered());
        return backlog.parked() == 0 ? answer.pass(0, "0 entities are parked (expected 0)") : parked(answer, backlog);
    }

    GateReading backlogEmpty(Question question) {
        Backlog backlog = backlog(question);
        if (backlog.parked() > 0) {
            return parked(question.ask(GateName.BACKLOG_EMPTY, "parked entities", "0"), backlog);
        }
        return lag(question, GateName.BACKLOG_EMPTY, backlog);
    }

    GateReading reverseReplication(Question question) {
        SliceState state = question.standing().state();
        Backlog backlog = backlog(question);
        if (state.phase() != Phase.WRITE_CUTOVER || state.ramp().hundredths() == 0) {
            return question.ask(GateName.REVERSE_REPLICATION, "writes of modern carried to legacy", "healthy")
                    .noData("modern owns no writes yet in " + state.phase() + " at " + state.ramp()
                            + " (expected WRITE_CUTOVER)");
        }
        return backlog.parked() > 0
                ? parked(question.ask(GateName.REVERSE_REPLICATION, "parked entities", "0"), backlog)
                : lag(question, GateName.REVERSE_REPLICATION, backlog);
    }

    private static GateReading parked(Answer answer, Backlog backlog) {
        return answer.fail(
                backlog.parked(),
                backlog.parked() + " entities are parked (expected 0); look at them in the journal, mend, un-park");
    }

    private static GateReading lag(Question question, GateName gate, Backlog backlog) {
        Duration limit = question.limits().lag();
        double seconds = backlog.oldest().toMillis() / 1e3;
        Answer answer = question.ask(gate, "age of the oldest undelivered write, in seconds", "<= " + words(limit))
                .samples(backlog.undelivered());
        String value = backlog.undelivered() + " writes are undelivered, " + backlog.unknown()
                + " of unknown outcome, the oldest for " + words(backlog.oldest()) + " (expected <= " + words(limit)
                + ")";
        return backlog.oldest().compareTo(limit) <= 0
                ? answer.pass(seconds, value)
                : answer.fail(seconds, value + "; see whether the follower answers, and what it refuses");
    }

    GateReading backfillComplete(Question question) {
        Instant since = question.standing().replicatingSince().orElse(question.now());
        Answer answer = question.ask(GateName.BACKFILL_COMPLETE, "the last backfill", "complete")
                .since(since);
        Optional<Entry> last = backfills(question).findFirst();
        if (last.isEmpty()) {
            return answer.noData(
                    "no backfill was started since writes are carried to both sides (" + since + "); start it");
        }
        Entry backfill = last.get();
        return switch (backfill.state()) {
            case DONE -> answer.pass(1, "backfill " + backfill.id() + " is complete: " + backfill.detail());
            case RUNNING, LOST -> answer.noData("backfill " + backfill.id() + " is under way; wait");
            case FAILED, CANCELLED ->
                answer.fail(
                        0,
                        "backfill " + backfill.id() + " ended as "
                                + backfill.state().name().toLowerCase(java.util.Locale.ROOT) + ": " + backfill.detail()
                                + " (expected complete); start it again");
        };
    }

    GateReading reconciled(Question question) {
        Duration burnIn = question.limits().burnIn();
        Answer answer = question.ask(
                GateName.RECONCILED, "divergences of full reconciles since the backfill", "0 for " + words(burnIn));
        Optional<Instant> fence = backfills(question)
                .filter(job -> job.state() == State.DONE)
                .findFirst()
                .flatMap(Entry::ended);
        if (fence.isEmpty()) {
            return answer.noData("no backfill is complete, so there is nothing to reconcile yet");
        }
        List<Entry> complete = complete(question.slice().name()).stream()
                .filter(run -> !run.started().isBefore(fence.get()))
                .toList();
        answer = answer.since(fence.get()).samples(complete.size());
        Optional<GateReading> owed = owed(question, answer);
        Optional<GateReading> found = foundSoFar(question, answer, 0);
        if (found.isPresent()) {
            return found.get();
        }
        if (complete.isEmpty()) {
            return owed.orElse(answer.noData("no full reconcile begun after the backfill's end (" + fence.get()
                    + ") is complete; wait for one, or start it"));
        }
        Entry newest = complete.getFirst();
        if (newest.divergences() == 0 && owed.isPresent()) {
            return owed.get();
        }
        if (newest.divergences() > 0) {
            return answer.fail(
                    newest.divergences(),
                    "the last full reconcile found " + newest.divergences() + " divergences (expected 0); repair them,"
                            + " find out who writes behind Bailey's back, reconcile again");
        }
        Instant clean = newest.started();
        Instant proven = newest.ended().orElse(question.now());
        for (Entry run : complete) {
            if (run.divergences() > 0) {
                break;
            }
            clean = run.started();
            proven = run.ended().orElse(proven);
        }
        Duration held = Duration.between(proven, question.now());
        String value = "full reconciles begun since " + clean + " found 0 divergences, for " + words(held);
        return held.compareTo(burnIn) >= 0
                ? answer.pass(0, value + " (expected 0 for " + words(burnIn) + ")")
                : answer.undecided(0, value + " (expected for a burn-in of " + words(burnIn) + "); wait");
    }

    GateReading divergence(Question question) {
        long limit = question.limits().divergence();
        Answer answer = question.ask(GateName.DIVERGENCE, "divergences of the last full reconcile", "<= " + limit);
        Optional<GateReading> owed = owed(question, answer);
        Optional<GateReading> sofar = foundSoFar(question, answer, limit);
        if (sofar.isPresent()) {
            return sofar.get();
        }
        Optional<Entry> last = complete(question.slice().name()).stream()
                .filter(run -> isOfThisCrossing(question, run))
                .findFirst();
        if (last.isEmpty()) {
            return owed.orElse(
                    answer.noData("no full reconcile is complete since writes are carried to both sides; start one"));
        }
        long found = last.get().divergences();
        if (found <= limit && owed.isPresent()) {
            return owed.get();
        }
        answer = answer.since(last.get().started()).samples(1);
        String value = "the last full reconcile found " + found + " divergences (expected <= " + limit + ")";
        return found <= limit
                ? answer.pass(found, value)
                : answer.fail(found, value + "; repair them, find out where they come from, reconcile again");
    }

    GateReading rehearsed(Question question) {
        Duration limit = question.limits().rehearsalAge();
        Answer answer =
                question.ask(GateName.REHEARSED, "the last rehearsal", "equal, at most " + words(limit) + " old");
        List<Proof> proofs = rehearsals.of(question.slice().name(), 1);
        if (proofs.isEmpty()) {
            return answer.noData("there was no rehearsal yet; run one");
        }
        Proof proof = proofs.getFirst();
        answer = answer.since(proof.at()).samples(proof.keys());
        if (!proof.equal()) {
            return answer.fail(
                    proof.unequal(), "the last rehearsal showed: " + proof.detail() + "; mend, rehearse again");
        }
        Duration age = Duration.between(proof.at(), question.now());
        return age.compareTo(limit) <= 0
                ? answer.pass(0, "the rehearsal of " + proof.at() + " showed: " + proof.detail())
                : answer.undecided(
                        0,
                        "the last rehearsal is " + words(age) + " old (expected at most " + words(limit)
                                + "); run one");
    }

    /**
     * A reconcile may take days; what it finds counts at once, and goes on to count when it ends early, until a later one has
     * seen everything.
     */
    private Optional<GateReading> foundSoFar(Question question, Answer answer, long limit) {
        return jobs.of(question.slice().name(), JobLog.Kind.RECONCILE).stream()
                .takeWhile(run -> run.state() != State.DONE)
                .filter(run -> isOfThisCrossing(question, run) && run.divergences() > limit)
                .findFirst()
                .map(run -> answer.since(run.started())
                        .fail(
                                run.divergences(),
                                "the full reconcile " + run.id()
                                        + (run.state() == State.RUNNING ? ", under way," : ", which ended early,")
                                        + " has found " + run.divergences() + " divergences so far (expected <= "
                                        + limit
                                        + "); repair them, find out where they come from, reconcile again"));
    }

    private static boolean isOfThisCrossing(Question question, Entry run) {
        return question.standing()
                .replicatingSince()
                .filter(since -> !run.started().isBefore(since))
                .isPresent();
    }

    private Optional<GateReading> owed(Question question, Answer answer) {
        List<Debt> open = debts.open(question.slice().name());
        return open.isEmpty()
                ? Optional.empty()
                : Optional.of(answer.noData(
                        "a full reconcile begun after " + open.getLast().since() + " is owed, one that leaves nothing"
                                + " different: " + open.getLast().reason() + "; wait for it, or start one"));
    }

    private java.util.stream.Stream<Entry> backfills(Question question) {
        Optional<Instant> since = question.standing().replicatingSince();
        return jobs.of(question.slice().name(), JobLog.Kind.BACKFILL).stream()
                .filter(job -> since.isPresent() && !job.started().isBefore(since.get()))
                .filter(job -> job.state() != State.LOST);
    }

    private List<Entry> complete(SliceName slice) {
        return jobs.of(slice, JobLog.Kind.RECONCILE).stream()
                .filter(run -> run.state() == State.DONE)
                .toList();
    }

    private Backlog backlog(Question question) {
        return writes.backlog(question.slice().name());
    }
}
