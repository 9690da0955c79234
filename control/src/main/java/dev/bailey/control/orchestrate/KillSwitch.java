package dev.bailey.control.orchestrate;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.command.Issue;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends every slice to its safe side, all at once. Where reads are being cut over that is one durable record, put in force
 * without waiting for a running command: that one finds its epoch stale. Where modern owns writes it is a handover back.
 */
final class KillSwitch {

    private static final Logger LOG = LoggerFactory.getLogger(KillSwitch.class);
    private static final int ATTEMPTS = 5;

    private final SliceRecords records;
    private final PhaseRunner runner;
    private final Function<SliceSpec, Turn> turns;
    private final InstantSource clock;
    private final ControlSettings settings;

    KillSwitch(
            SliceRecords records,
            PhaseRunner runner,
            Function<SliceSpec, Turn> turns,
            InstantSource clock,
            ControlSettings settings) {
        this.records = records;
        this.runner = runner;
        this.turns = turns;
        this.clock = clock;
        this.settings = settings;
    }

    CommandResult kill(MigrationSpec migration, Command.Kill command, Issue issue) {
        Map<SliceSpec, FutureTask<CommandResult>> running = new LinkedHashMap<>();
        for (SliceSpec slice : migration.slices()) {
            FutureTask<CommandResult> task = new FutureTask<>(() -> kill(slice, command, issue));
            running.put(slice, task);
            Thread.ofVirtual().name("kill-" + slice.name()).start(task);
        }
        List<String> messages = new ArrayList<>();
        boolean all = true;
        for (Map.Entry<SliceSpec, FutureTask<CommandResult>> task : running.entrySet()) {
            CommandResult result = result(task.getKey(), task.getValue());
            all &= result instanceof Done;
            messages.add(result.message());
        }
        String message = String.join("; ", messages);
        return all ? new Done(message, Optional.empty()) : new Refused(Cause.ABORTED, message, List.of());
    }

    private static CommandResult result(SliceSpec slice, FutureTask<CommandResult> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Refused(
                    Cause.ABORTED, "slice " + slice.name() + " is being killed, its end was not awaited", List.of());
        } catch (java.util.concurrent.ExecutionException e) {
            LOG.error("the kill switch failed on {}", slice.name(), e.getCause());
            return new Refused(
                    Cause.ABORTED,
                    "slice " + slice.name() + " could not be killed: "
                            + (e.getCause() == null
                                    ? e.getMessage()
                                    : e.getCause().getMessage()) + "; try again",
                    List.of());
        }
    }

    private CommandResult kill(SliceSpec slice, Command.Kill command, Issue issue) throws InterruptedException {
        Turn turn = turns.apply(slice);
        turn.breakIn();
        CommandResult last = stale(slice);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            SliceState state = records.standing(slice.name()).state();
            last = switch (state.phase()) {
                case LEGACY_ONLY, DUAL_WRITE, BACKFILL, RECONCILE, SHADOW_READ -> stays(slice, turn);
                case READ_CUTOVER -> readsBack(slice, state, issue);
                case WRITE_CUTOVER -> authorityBack(slice, turn, command, issue);
                case LEGACY_OFF, RETIRED ->
                    new Done(
                            "slice " + slice.name() + " stays with modern in " + state.phase()
                                    + (state.phase() == Phase.RETIRED
                                            ? ": legacy is gone"
                                            : ": legacy lacks the writes since; to go back, roll back (the gap is replayed)"),
                            Optional.of(state));
            };
            if (last instanceof Done) {
                return last;
            }
        }
        return last;
    }

    /** Legacy has everything; a command that was about to change that has been interrupted and is waited out. */
    private CommandResult stays(SliceSpec slice, Turn turn) throws InterruptedException {
        if (turn.enter(settings.killWait())) {
            turn.leave();
        }
        SliceState state = records.standing(slice.name()).state();
        return Plan.isSafe(state)
                ? new Done(
                        "slice " + slice.name() + " stays in " + state.phase() + ", legacy serves and owns everything",
                        Optional.of(state))
                : stale(slice);
    }

    private CommandResult readsBack(SliceSpec slice, SliceState from, Issue issue) {
        SliceState to = new SliceState(slice.name(), Phase.SHADOW_READ, Ramp.NONE, Set.of(), from.epoch());
        Transition draft = new Transition(
                0,
                slice.name(),
                clock.instant(),
                issue.actor(),
                issue.reason(),
                "kill",
                from,
                to,
                true,
                false,
                Optional.empty(),
                List.of(),
                Map.of(),
                "kill switch: all reads back to legacy");
        return records.move(draft)
                .<CommandResult>map(standing -> new Done(
                        "slice " + slice.name() + " is back in SHADOW_READ, legacy serves and owns everything",
                        Optional.of(standing.state())))
                .orElseGet(() -> stale(slice));
    }

    private static CommandResult stale(SliceSpec slice) {
        return new Refused(
                Cause.STALE_EPOCH, "slice " + slice.name() + " moved while it was being killed; kill again", List.of());
    }

    private CommandResult authorityBack(SliceSpec slice, Turn turn, Command.Kill command, Issue issue)
            throws InterruptedException {
        if (!turn.enter(settings.killWait())) {
            turn.breakIn();
            return new Refused(
                    Cause.BUSY,
                    "slice " + slice.name() + " is busy with a command that does not stop; kill again",
                    List.of());
        }
        try {
            return runner.toSafety(slice, command, false, issue, turn);
        } finally {
            turn.leave();
        }
    }
}
