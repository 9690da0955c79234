package dev.bailey.control.orchestrate;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.Command.Advance;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.NeedsApproval;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.command.Issue;
import dev.bailey.control.command.Role;
import dev.bailey.control.handover.HandoverResult;
import dev.bailey.control.handover.Rehearsal;
import dev.bailey.control.state.Holds;
import dev.bailey.control.state.Holds.Hold;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Standing;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Carries a slice along its path: gates, approvals, then the step. The caller holds the slice's turn. */
final class PhaseRunner {

    private static final List<GateName> BEFORE_REHEARSAL =
            List.of(GateName.JOURNAL_LAG, GateName.NOTHING_PARKED, GateName.DIVERGENCE);

    private static final String LOSES = "what only the present authority has may be lost";

    private final SliceRecords records;
    private final Gates gates;
    private final Movement movement;
    private final Rehearsal rehearsal;
    private final Approvals approvals;
    private final Holds holds;
    private final Jobs jobs;
    private final Data data;
    private final InstantSource clock;

    PhaseRunner(
            SliceRecords records,
            Gates gates,
            Movement movement,
            Rehearsal rehearsal,
            Approvals approvals,
            Holds holds,
            Jobs jobs,
            Data data,
            InstantSource clock) {
        this.records = records;
        this.gates = gates;
        this.movement = movement;
        this.rehearsal = rehearsal;
        this.approvals = approvals;
        this.holds = holds;
        this.jobs = jobs;
        this.data = data;
        this.clock = clock;
    }

    CommandResult advance(MigrationSpec migration, SliceSpec slice, Advance command, Issue issue, Turn turn) {
        Standing standing = records.standing(slice.name());
        SliceState from = standing.state();
        Plan plan = Plan.advance(slice, from, command.to(), command.ramp());
        return switch (plan) {
            case Plan.Illegal(String why) -> new Refused(Cause.ILLEGAL, why, List.of());
            case Plan.Move move -> {
                Optional<Refused> obstacle = obstacle(slice, standing, move, command, issue);
                yield obstacle.isPresent()
                        ? obstacle.get()
                        : throughGates(migration, slice, standing, move, command, issue, turn);
            }
        };
    }

    /** What stands in the way before any gate is asked. */
    private Optional<Refused> obstacle(
            SliceSpec slice, Standing standing, Plan.Move move, Advance command, Issue issue) {
        Optional<Refused> mayNot = mayForce(command.force(), issue);
        if (mayNot.isPresent()) {
            return mayNot;
        }
        if (interrupted(slice)) {
            return refused(Cause.BUSY, "a rehearsal of " + slice.name() + " has left a cohort across; go back first");
        }
        if (move.to().phase().isAtLeast(Phase.WRITE_CUTOVER)) {
            Optional<String> backfill = jobs.keepsAuthorityAtLegacy(slice.name());
            if (backfill.isPresent()) {
                return refused(
                        Cause.BUSY,
                        "slice " + slice.name() + " cannot go to " + move.to().phase() + ": " + backfill.get());
            }
        }
        Optional<Hold> hold = holds.of(slice.name(), Holds.Kind.WATCH);
        if (hold.isPresent() && !command.force()) {
            return refused(
                    Cause.GATES,
                    "the watch holds " + slice.name() + " since " + hold.get().since() + ": "
                            + hold.get().reason());
        }
        boolean alongRamp = move.to().phase() == standing.state().phase();
        Duration dwelt = Duration.between(standing.stepSince(), clock.instant());
        Duration dwell = slice.ramp().dwell();
        if (alongRamp && !command.force() && dwelt.compareTo(dwell) < 0) {
            return refused(
                    Cause.GATES,
                    "slice " + slice.name() + " has been at " + Plan.words(standing.state()) + " for "
                            + Question.words(dwelt) + " (expected a dwell of " + Question.words(dwell)
                            + "); wait");
        }
        boolean needsStores = slice.hasState() && move.to().phase() == Phase.BACKFILL;
        return needsStores
                ? data.check(slice.name())
                        .map(problem -> new Refused(
                                Cause.STORES,
                                "the stores of " + slice.name() + " cannot be used: " + problem,
                                List.of()))
                : Optional.empty();
    }

    private static Optional<Refused> mayForce(boolean force, Issue issue) {
        if (force && !may(issue, Role.APPROVER)) {
            return refused(
                    Cause.FORBIDDEN, issue.actor() + " may not skip gates (expected role approver); ask an approver");
        }
        return force && issue.reason().isBlank()
                ? refused(Cause.INVALID, "gates are skipped only for a reason (expected one, found none)")
                : Optional.empty();
    }

    private CommandResult throughGates(
            MigrationSpec migration,
            SliceSpec slice,
            Standing standing,
            Plan.Move move,
            Advance command,
            Issue issue,
            Turn turn) {
        Phase to = move.to().phase();
        boolean entering = to != standing.state().phase();
        Question question = new Question(
                migration,
                slice,
                standing,
                clock.instant(),
                entering ? Question.Span.ENTRY : Question.Span.RAMP,
                Optional.of(issue));
        List<GateReading> readings = gates.entering(to, question);
        if (!entering) {
            // The step was approved when the phase was entered.
            readings = readings.stream()
                    .filter(reading -> reading.gate() != GateName.APPROVED)
                    .toList();
        }
        List<GateReading> closed = readings.stream()
                .filter(reading -> reading.verdict() != Verdict.PASS && reading.gate() != GateName.APPROVED)
                .toList();
        if (!closed.isEmpty() && !command.force()) {
            return new Refused(Cause.GATES, notOpen(slice, move, closed), readings);
        }
        boolean forced = command.force() && !closed.isEmpty();
        Optional<String> danger = danger(move, entering, forced);
        if (danger.isPresent() && issue.approval().isEmpty()) {
            return needsApproval(command, issue, danger.get());
        }
        return turn.isBroken()
                ? new Refused(Cause.ABORTED, "the kill switch took over before the step was made", readings)
                : movement.make(slice, standing.state(), move, issue, command, forced, readings);
    }

    private static String notOpen(SliceSpec slice, Plan.Move move, List<GateReading> closed) {
        String words = Plan.words(move.to());
        return "slice " + slice.name() + " cannot go to " + move.to().phase() + (words.isEmpty() ? "" : " at " + words)
                + ": "
                + closed.stream()
                        .map(reading -> reading.gate().label() + " is "
                                + reading.verdict().label() + ": " + reading.message())
                        .collect(Collectors.joining("; "));
    }

    /** Why the step needs a second person; empty when it does not. */
    private static Optional<String> danger(Plan.Move move, boolean entering, boolean forced) {
        Phase to = move.to().phase();
        if (entering && to == Phase.LEGACY_OFF) {
            return Optional.of("legacy gets no writes any more, so the way back is a replay of the gap");
        }
        if (entering && to == Phase.RETIRED) {
            return Optional.of("there is no way back from RETIRED");
        }
        return forced && to.isAtLeast(Phase.WRITE_CUTOVER)
                ? Optional.of("gates are skipped in " + to)
                : Optional.empty();
    }

    CommandResult back(SliceSpec slice, Command.Back command, Issue issue) {
        SliceState from = records.standing(slice.name()).state();
        Optional<Pending> left = rehearsing(slice);
        if (left.isPresent()) {
            return bringBack(slice, left.get());
        }
        Optional<Refused> mayNot = mayForce(command.force(), issue);
        if (mayNot.isPresent()) {
            return mayNot.get();
        }
        if (from.phase() == Phase.LEGACY_OFF && issue.approval().isEmpty() && slice.hasState()) {
            return needsApproval(command, issue, "the gap is replayed into legacy and it is written again");
        }
        if (forcedBack(command.force(), from) && issue.approval().isEmpty()) {
            return needsApproval(command, issue, LOSES);
        }
        return switch (Plan.back(slice, from)) {
            case Plan.Illegal(String why) -> new Refused(Cause.ILLEGAL, why, List.of());
            case Plan.Move move -> movement.make(slice, from, move, issue, command, command.force(), List.of());
        };
    }

    private static boolean forcedBack(boolean force, SliceState from) {
        return force && from.phase().isAtLeast(Phase.WRITE_CUTOVER);
    }

    CommandResult rollback(SliceSpec slice, Command.Rollback command, Issue issue, Turn turn) {
        SliceState from = records.standing(slice.name()).state();
        Optional<Refused> mayNot = mayForce(command.force(), issue);
        if (mayNot.isPresent()) {
            return mayNot.get();
        }
        if (from.phase() == Phase.LEGACY_OFF && issue.approval().isEmpty()) {
            return needsApproval(command, issue, "the gap is replayed into legacy and everything goes back to it");
        }
        if (forcedBack(command.force(), from) && issue.approval().isEmpty()) {
            return needsApproval(command, issue, LOSES);
        }
        return toSafety(slice, command, command.force(), issue, turn);
    }

    /** Undo after undo, until legacy serves and owns everything. */
    CommandResult toSafety(SliceSpec slice, Command command, boolean forced, Issue issue, Turn turn) {
        CommandResult last = new Done(
                "nothing to roll back: legacy serves and owns everything of " + slice.name(),
                Optional.of(records.standing(slice.name()).state()));
        while (!Plan.isSafe(records.standing(slice.name()).state())) {
            if (turn.isBroken()) {
                return new Refused(Cause.ABORTED, "the kill switch took over", List.of());
            }
            SliceState from = records.standing(slice.name()).state();
            switch (Plan.undo(slice, from)) {
                case Plan.Illegal(String why) -> {
                    return new Refused(Cause.ILLEGAL, why, List.of());
                }
                case Plan.Move move -> last = movement.make(slice, from, move, issue, command, forced, List.of());
            }
            if (!(last instanceof Done)) {
                return last;
            }
        }
        return last;
    }

    CommandResult rehearse(MigrationSpec migration, SliceSpec slice, Command.Rehearse command, Issue issue)
            throws InterruptedException {
        Standing standing = records.standing(slice.name());
        SliceState from = standing.state();
        Optional<Pending> left = rehearsing(slice);
        if (left.isPresent()) {
            return bringBack(slice, left.get());
        }
        Optional<String> illegal = Rehearsal.obstacle(slice, from, command.cohort());
        if (illegal.isPresent()) {
            return new Refused(Cause.ILLEGAL, illegal.get(), List.of());
        }
        Optional<String> backfill = jobs.keepsAuthorityAtLegacy(slice.name());
        if (backfill.isPresent()) {
            return new Refused(Cause.BUSY, "slice " + slice.name() + " cannot rehearse: " + backfill.get(), List.of());
        }
        Question question =
                new Question(migration, slice, standing, clock.instant(), Question.Span.RAMP, Optional.of(issue));
        List<GateReading> readings = gates.read(BEFORE_REHEARSAL, question);
        List<GateReading> closed = readings.stream()
                .filter(reading -> reading.verdict() != Verdict.PASS)
                .toList();
        if (!closed.isEmpty()) {
            return new Refused(
                    Cause.GATES,
                    "slice " + slice.name() + " cannot rehearse: "
                            + closed.stream().map(GateReading::message).collect(Collectors.joining("; ")),
                    readings);
        }
        Transition draft = new Transition(
                0,
                slice.name(),
                clock.instant(),
                issue.actor(),
                issue.reason(),
                "rehearse",
                from,
                from,
                true,
                false,
                issue.approval(),
                readings,
                Map.of(),
                "");
        return switch (rehearsal.run(slice, draft, command.cohort())) {
            case Rehearsal.Outcome.Shown(var proof) ->
                proof.equal()
                        ? new Done(
                                "the rehearsal of " + slice.name() + " with " + command.cohort() + " showed: "
                                        + proof.detail(),
                                Optional.of(records.standing(slice.name()).state()))
                        : new Refused(
                                Cause.ABORTED,
                                "the rehearsal of " + slice.name() + " showed: " + proof.detail(),
                                List.of());
            case Rehearsal.Outcome.NotShown(String why) ->
                new Refused(Cause.ABORTED, "the rehearsal of " + slice.name() + " proved nothing: " + why, List.of());
        };
    }

    /** Brings a cohort home that a rehearsal left across; used after a restart as well. */
    CommandResult bringBack(SliceSpec slice, Pending marker) {
        HandoverResult result = rehearsal.bringBack(slice, marker);
        return switch (result) {
            case HandoverResult.Committed(Standing standing, var numbers) ->
                new Done(
                        "the cohort that a rehearsal of " + slice.name() + " left across is back",
                        Optional.of(standing.state()));
            case HandoverResult.Aborted(Standing standing, String why, var numbers) ->
                new Refused(Cause.ABORTED, "the rehearsed cohort is still across: " + why, List.of());
            case HandoverResult.Unsettled(Standing standing, String why, var numbers) ->
                new Refused(Cause.ABORTED, "it is not known whether the rehearsed cohort is back: " + why, List.of());
            case HandoverResult.Stale stale -> movement.stale(slice);
        };
    }

    Optional<Pending> rehearsing(SliceSpec slice) {
        return records.pending(slice.name()).stream()
                .filter(pending -> pending.kind() == Pending.Kind.REHEARSAL)
                .findFirst();
    }

    private boolean interrupted(SliceSpec slice) {
        return PhaseTable.hasRamp(records.standing(slice.name()).state().phase())
                && rehearsing(slice).isPresent();
    }

    private CommandResult needsApproval(Command command, Issue issue, String why) {
        String id = approvals.request(command, issue, why);
        return new NeedsApproval("a second person must approve this, because " + why + "; it waits as " + id, id);
    }

    private static boolean may(Issue issue, Role role) {
        return issue.roles().stream().anyMatch(held -> held.includes(role));
    }

    private static Optional<Refused> refused(Cause cause, String message) {
        return Optional.of(new Refused(cause, message, List.of()));
    }
}
