package dev.bailey.control.orchestrate;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.control.command.Role;
import dev.bailey.control.state.GateLog;
import dev.bailey.control.state.Holds;
import dev.bailey.control.state.Holds.Hold;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Standing;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.OnFail;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps asking the gates that let a slice in, and acts when one fails twice in a row: holds the slice, takes it one step back,
 * or all the way. Only a fail acts. After it has acted only new measurements count, so it cannot flap.
 */
final class Watch {

    static final String ACTOR = "bailey";

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final int TIMES = 2;
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(2);

    /** Gates on measurements; the others are about the moment of entering. */
    private static final Set<GateName> MEASURED = EnumSet.of(
            GateName.JOURNAL_LAG,
            GateName.NOTHING_PARKED,
            GateName.RECONCILED,
            GateName.DIVERGENCE,
            GateName.DIFFERENCES,
            GateName.LATENCY,
            GateName.ERRORS,
            GateName.BACKLOG_EMPTY,
            GateName.LEGACY_QUIET);

    private record Stand(SliceKind kind, Phase phase) {}

    private static final Map<Stand, List<GateName>> WATCHED = new ConcurrentHashMap<>();

    private final SliceRecords records;
    private final Gates gates;
    private final GateLog log;
    private final Holds holds;
    private final Jobs jobs;
    private final Commands commands;
    private final Predicate<SliceName> busy;
    private final InstantSource clock;
    private final Map<SliceName, Seen> seen = new ConcurrentHashMap<>();

    /** What could not be looked at the last time. */
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    Watch(
            SliceRecords records,
            Gates gates,
            GateLog log,
            Holds holds,
            Jobs jobs,
            Commands commands,
            Predicate<SliceName> busy,
            InstantSource clock) {
        this.records = records;
        this.gates = gates;
        this.log = log;
        this.holds = holds;
        this.jobs = jobs;
        this.commands = commands;
        this.busy = busy;
        this.clock = clock;
    }

    /** One look at every slice. A slice that cannot be looked at does not keep the others from it. */
    void tick(MigrationSpec migration) {
        atJobs();
        migration.slices().forEach(slice -> at(migration, slice));
    }

    /** A look at the jobs that run. */
    void atJobs() {
        guarded("jobs", jobs::poll);
    }

    /** A look at one slice. */
    void at(MigrationSpec migration, SliceSpec slice) {
        guarded("slice " + slice.name(), () -> {
            jobs.upkeep(slice);
            look(migration, slice);
        });
    }

    /** A look whose failure is told, once, and ends nothing else: a store that is away comes back, and then it must go on. */
    void guarded(String what, Runnable look) {
        try {
            look.run();
            failing.remove(what);
        } catch (RuntimeException e) {
            if (failing.add(what)) {
                LOG.error("the watch could not look at {}; said once until it can again", what, e);
            }
        }
    }

    /** The gates watched while a slice stands in a phase: those of its entry, and of the read cutover before it. */
    static List<GateName> watched(SliceSpec slice, Phase phase) {
        return WATCHED.computeIfAbsent(new Stand(slice.kind(), phase), stand -> watched(stand.kind(), stand.phase()));
    }

    private static List<GateName> watched(SliceKind kind, Phase phase) {
        Set<GateName> watched = new LinkedHashSet<>(PhaseTable.entryGates(kind, phase));
        if (phase == Phase.WRITE_CUTOVER) {
            watched.addAll(PhaseTable.entryGates(kind, Phase.READ_CUTOVER));
        }
        if (phase == Phase.RETIRED) {
            watched.clear();
        }
        watched.retainAll(MEASURED);
        return List.copyOf(watched);
    }

    private void look(MigrationSpec migration, SliceSpec slice) {
        Standing standing = records.standing(slice.name());
        Phase phase = standing.state().phase();
        Instant now = clock.instant();
        Question question = new Question(migration, slice, standing, now, Question.Span.NOW, Optional.empty());
        List<GateReading> readings = gates.read(watched(slice, phase), question);
        log.keep(slice.name(), phase, readings);
        Seen state = seen.computeIfAbsent(slice.name(), name -> new Seen());
        state.count(standing, readings);
        if (holds.of(slice.name(), Holds.Kind.OPERATOR).isPresent()) {
            return;
        }
        if (state.isQuiet()) {
            holds.remove(slice.name(), Holds.Kind.WATCH);
        }
        Optional<GateReading> worst = readings.stream()
                .filter(reading -> state.failedEnough(reading.gate()))
                .max(Comparator.comparing(reading -> slice.gates().onFail(reading.gate())));
        if (worst.isPresent() && !now.isBefore(state.notBefore) && !busy.test(slice.name())) {
            act(slice, phase, worst.get(), state, now);
        }
    }

    private void act(SliceSpec slice, Phase phase, GateReading reading, Seen state, Instant now) {
        OnFail act = canGoBack(slice, phase) ? slice.gates().onFail(reading.gate()) : OnFail.HOLD;
        String reason = "gate " + reading.gate().label() + " fails: " + reading.message();
        switch (act) {
            case HOLD -> {
                if (holds.of(slice.name(), Holds.Kind.WATCH).isEmpty()) {
                    LOG.warn("the watch holds {} in {}: {}", slice.name(), phase, reason);
                    holds.put(new Hold(slice.name(), Holds.Kind.WATCH, ACTOR, now, reason));
                }
            }
            case STEP_BACK -> move(slice, new Command.Back(slice.name(), false), reason, state, now);
            case ROLLBACK -> move(slice, new Command.Rollback(slice.name(), false), reason, state, now);
        }
    }

    /** Past the point of easy return a person decides. */
    private static boolean canGoBack(SliceSpec slice, Phase phase) {
        return phase.isBefore(Phase.LEGACY_OFF)
                && PhaseTable.undo(slice.kind(), phase).isPresent();
    }

    private void move(SliceSpec slice, Command command, String reason, Seen state, Instant now) {
        Standing before = records.standing(slice.name());
        Issue issue = new Issue(
                ACTOR,
                Set.of(Role.OPERATOR),
                now,
                reason,
                Optional.of(before.state().epoch()),
                Optional.empty());
        CommandResult result = commands.execute(command, issue);
        LOG.warn("the watch acted on {}: {} -> {}", slice.name(), reason, result.message());
        Duration window = slice.gates().window();
        state.notBefore = now.plus(window.compareTo(LEAST_PAUSE) > 0 ? window : LEAST_PAUSE);
        if (result instanceof CommandResult.Done) {
            records.evidenceFrom(slice.name(), now);
            state.clear();
        }
    }

    /** What the watch remembers of a slice between two looks; used by the watch alone. */
    private static final class Seen {
        private final Map<GateName, Integer> fails = new ConcurrentHashMap<>();
        private Instant notBefore = Instant.MIN;
        private Optional<Standing> standing = Optional.empty();
        private int quiet;

        void count(Standing now, List<GateReading> readings) {
            if (standing.isEmpty() || !standing.get().state().equals(now.state())) {
                clear();
            }
            standing = Optional.of(now);
            for (GateReading reading : readings) {
                if (reading.verdict() == Verdict.FAIL) {
                    fails.merge(reading.gate(), 1, Integer::sum);
                } else {
                    fails.remove(reading.gate());
                }
            }
            quiet = fails.isEmpty() ? quiet + 1 : 0;
        }

        boolean failedEnough(GateName gate) {
            return fails.getOrDefault(gate, 0) >= TIMES;
        }

        boolean isQuiet() {
            return quiet >= TIMES;
        }

        void clear() {
            fails.clear();
            quiet = 0;
        }
    }
}
