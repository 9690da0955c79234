package dev.bailey.control.orchestrate;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.command.CommandResult.Started;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.control.command.Role;
import dev.bailey.control.completion.Certificates;
import dev.bailey.control.completion.Completion;
import dev.bailey.control.flag.FlagRegistry;
import dev.bailey.control.handover.Handover;
import dev.bailey.control.handover.Rehearsal;
import dev.bailey.control.handover.Routing;
import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.ForeignFlags;
import dev.bailey.control.state.GateLog;
import dev.bailey.control.state.History;
import dev.bailey.control.state.Holds;
import dev.bailey.control.state.Holds.Hold;
import dev.bailey.control.state.JobLog;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.Progress;
import dev.bailey.control.state.Rehearsals;
import dev.bailey.control.state.Schema;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Standing;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.StateException;
import dev.bailey.control.state.TrafficMinutes;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane's core: every change of a migration is one command, one at a time on a slice, durable with its evidence
 * before it acts. Thread-safe. {@code Approve} and {@code Apply} are not its own: whoever keeps approvals and reads files
 * answers them before they come here.
 */
public final class ControlPlane implements Commands, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    /** Into how many groups a look at all slices is spread. */
    private static final int LOOKS_PER_TICK = 5;

    private final AtomicReference<MigrationSpec> migration;
    private final Ports ports;
    private final InstantSource clock;
    private final ControlSettings settings;
    private final SliceRecords records;
    private final Handover handover;
    private final Measurements measurements;
    private final Jobs jobs;
    private final Holds holds;
    private final Debts debts;
    private final Divergences divergences;
    private final Progress progress;
    private final ForeignFlags foreignFlags;
    private final PhaseRunner runner;
    private final KillSwitch killSwitch;
    private final Watch watch;
    private final Queries queries;
    private final Map<SliceName, Turn> turns = new ConcurrentHashMap<>();
    private final AtomicReference<Optional<Thread>> watching = new AtomicReference<>(Optional.empty());

    private ControlPlane(
            MigrationSpec spec,
            StateDb db,
            Debts debts,
            Ports ports,
            InstantSource clock,
            LongSupplier nanoTime,
            ControlSettings settings) {
        this.migration = new AtomicReference<>(spec);
        this.ports = ports;
        this.clock = clock;
        this.settings = settings;
        records = new SliceRecords(db, ports.routing()::publish);
        measurements = new Measurements(new TrafficMinutes(db));
        holds = new Holds(db);
        this.debts = debts;
        divergences = new Divergences(db);
        progress = new Progress(db);
        foreignFlags = new ForeignFlags(db);
        History history = new History(db);
        GateLog gateLog = new GateLog(db);
        JobLog jobLog = new JobLog(db);
        Rehearsals rehearsals = new Rehearsals(db);
        Writes writes = ports.writes();
        jobs = new Jobs(records, ports.data(), jobLog, debts, divergences, clock, settings);
        FlagRegistry flags = new FlagRegistry(records, history, foreignFlags, settings.flagStale());
        Completion completion = new Completion(records, settings.base());
        Gates gates = new Gates(
                new TrafficGates(measurements),
                new DataGates(writes, jobLog, debts, rehearsals),
                new StepGates(ports.health(), flags, completion),
                gateLog);
        handover = new Handover(
                records,
                writes,
                ports.data(),
                debts,
                divergences,
                clock,
                nanoTime,
                settings.recent(),
                settings.recentLimit());
        Rehearsal rehearsal =
                new Rehearsal(records, handover, writes, ports.data(), rehearsals, clock, settings.rehearsalRun());
        Movement movement = new Movement(records, handover, writes, jobs, debts, clock, settings);
        runner = new PhaseRunner(
                records, gates, movement, rehearsal, ports.approvals(), holds, jobs, ports.data(), clock);
        killSwitch = new KillSwitch(records, runner, slice -> turn(slice.name()), clock, settings);
        watch = new Watch(
                records, gates, gateLog, holds, jobs, this, slice -> turn(slice).isTaken(), clock);
        queries = new Queries(
                migration::get,
                records,
                gates,
                new Queries.Parts(
                        measurements,
                        writes,
                        ports.data(),
                        history,
                        gateLog,
                        debts,
                        divergences,
                        rehearsals,
                        holds,
                        flags,
                        completion,
                        new Certificates(records, history, jobLog, divergences, rehearsals)),
                clock,
                settings.cacheReadings());
    }

    /** What the control plane asks of the rest of Bailey. */
    public record Ports(Routing routing, Writes writes, Data data, Health health, Approvals approvals) {}

    /** Tables it needs, for {@link StateDb#open}. */
    public static List<String> schema() {
        return Schema.tables();
    }

    /** The routing records as a state file holds them, for those who must know them before it is opened. */
    public static List<SliceState> stored(StateDb db) {
        return new SliceRecords(db, _ -> {}).stored();
    }

    /**
     * Opens it where it stood: the records are published, a handover broken off before its commit is aborted, jobs that a
     * restart broke off go on. A cohort that a rehearsal left across is brought home by the first {@link #tick}.
     *
     * @param db opened with {@link #schema}; the caller closes it after this
     * @param nanoTime measures stalls
     */
    public static ControlPlane open(
            MigrationSpec spec,
            StateDb db,
            Ports ports,
            InstantSource clock,
            LongSupplier nanoTime,
            ControlSettings settings) {
        return open(spec, db, new Debts(db), ports, clock, nanoTime, settings);
    }

    /** The same with debts that the caller made, as a node whose store is shared does. */
    public static ControlPlane open(
            MigrationSpec spec,
            StateDb db,
            Debts debts,
            Ports ports,
            InstantSource clock,
            LongSupplier nanoTime,
            ControlSettings settings) {
        ControlPlane plane = new ControlPlane(spec, db, debts, ports, clock, nanoTime, settings);
        plane.refuseStrays();
        plane.resume();
        return plane;
    }

    /** A slice that is across must not be forgotten because it was renamed, dropped from the file or made of another kind. */
    private void refuseStrays() {
        for (SliceState stored : records.stored()) {
            boolean still = stored.phase() == Phase.LEGACY_ONLY || stored.phase() == Phase.RETIRED;
            Optional<SliceSpec> declared = migration.get().slice(stored.slice());
            boolean onItsPath = declared.filter(
                            slice -> PhaseTable.path(slice.kind()).contains(stored.phase()))
                    .isPresent();
            if (!still && !onItsPath) {
                throw new IllegalStateException("slice " + stored.slice() + " stands at " + stored.phase() + " "
                        + stored.ramp()
                        + (declared.isEmpty()
                                ? " and is not in the file"
                                : ", where a slice of kind " + declared.get().kind() + " cannot stand")
                        + " (expected it as it was, or taken back to LEGACY_ONLY first): put it back into the file");
            }
        }
    }

    private void resume() {
        Instant now = clock.instant();
        List<SliceSpec> slices = migration.get().slices();
        records.load(slices.stream().map(SliceSpec::name).toList(), now);
        Set<SliceName> underWay = records.underWay();
        slices.stream()
                .map(SliceSpec::name)
                .filter(underWay::contains)
                .flatMap(slice -> records.pending(slice).stream())
                .filter(pending -> pending.kind() == Pending.Kind.PREPARE)
                .forEach(this::takeBack);
        jobs.poll();
    }

    private void takeBack(Pending pending) {
        Transition aborted = new Transition(
                0,
                pending.slice(),
                clock.instant(),
                Watch.ACTOR,
                "restart",
                "abort",
                pending.from(),
                pending.from(),
                false,
                false,
                Optional.empty(),
                List.of(),
                Map.of(),
                "aborted: a restart found the handover to epoch "
                        + pending.prepared().epoch() + ", begun by " + pending.actor() + " at " + pending.at()
                        + ", before its commit");
        Standing standing = records.abort(pending, aborted);
        LOG.warn(
                "the handover of {} to epoch {} was broken off before its commit; the old routing goes on under epoch {}",
                pending.slice(),
                pending.prepared().epoch(),
                standing.state().epoch());
    }

    /** Starts the watch on a thread of its own; {@link #close} ends it. */
    public void start() {
        Thread thread = Thread.ofPlatform().daemon().name("watch").unstarted(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    lookAround();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // it ends
            }
        });
        if (watching.compareAndSet(Optional.empty(), Optional.of(thread))) {
            thread.start();
        }
    }

    /**
     * A look at everything, spread over its time in a few groups: requests never wait for all of it at once, and a quiet
     * machine is woken a few times a second, not for every slice.
     */
    private void lookAround() throws InterruptedException {
        List<SliceSpec> slices = migration.get().slices();
        int group = Math.ceilDiv(Math.max(1, slices.size()), LOOKS_PER_TICK);
        Duration pause = settings.tick().dividedBy(Math.ceilDiv(slices.size(), group) + 1);
        synchronized (this) {
            watch.guarded("steps under way", this::broughtHome);
            watch.atJobs();
        }
        Thread.sleep(pause);
        for (int first = 0; first < slices.size(); first += group) {
            for (SliceSpec slice : slices.subList(first, Math.min(slices.size(), first + group))) {
                synchronized (this) {
                    MigrationSpec now = migration.get();
                    now.slice(slice.name()).ifPresent(still -> watch.at(now, still));
                }
            }
            Thread.sleep(pause);
        }
    }

    /** One look of the watch. */
    public synchronized void tick() {
        broughtHome();
        watch.tick(migration.get());
    }

    /** A step whose commit was not answered is asked after until the store says how it ended. */
    private void settle() {
        try {
            for (Standing moved : records.settle()) {
                debts.owe(
                        moved.state().slice(),
                        clock.instant(),
                        "the store made the step to " + moved.state().phase()
                                + " and its answer was lost; writes meanwhile went the old way");
            }
            handover.settle();
        } catch (StateException e) {
            LOG.warn("how a step ended is not known yet: {}", e.getMessage());
        }
    }

    private void broughtHome() {
        settle();
        Set<SliceName> underWay = records.underWay();
        for (SliceSpec slice : migration.get().slices()) {
            if (underWay.contains(slice.name())) {
                bringRehearsedHome(slice);
            }
        }
    }

    /** A rehearsal that no command is running any more has left its cohort across: its turn is free, its marker is there. */
    private void bringRehearsedHome(SliceSpec slice) {
        if (runner.rehearsing(slice).isEmpty()) {
            return;
        }
        Turn turn = turn(slice.name());
        try {
            if (turn.tryEnter()) {
                try {
                    Optional<Pending> marker = runner.rehearsing(slice);
                    if (marker.isPresent()) {
                        LOG.warn("{}", runner.bringBack(slice, marker.get()).message());
                    }
                } finally {
                    turn.leave();
                }
            }
        } catch (RuntimeException e) {
            LOG.error("the rehearsed cohort of {} could not be brought home", slice.name(), e);
        }
    }

    @Override
    public CommandResult execute(Command command, Issue issue) {
        if (issue.roles().stream().noneMatch(role -> role.includes(Role.OPERATOR))) {
            return new Refused(
                    Cause.FORBIDDEN, issue.actor() + " may only look (expected role operator or approver)", List.of());
        }
        return switch (command) {
            case Command.Kill kill -> killSwitch.kill(migration.get(), kill, issue);
            case Command.OfSlice ofSlice -> onSlice(ofSlice, issue);
            case Command.CancelJob(String job) ->
                jobs.cancel(job)
                        ? new Done("job " + job + " is asked to stop", Optional.empty())
                        : new Refused(Cause.NOT_FOUND, "no job " + job + " is running", List.of());
            case Command.RetryRecord retry ->
                ports.writes().retry(retry.record())
                        ? new Done("record " + retry.record() + " is tried again", Optional.empty())
                        : new Refused(
                                Cause.NOT_FOUND,
                                "record " + retry.record() + " is final, or not known to the journal",
                                List.of());
            case Command.Approve approve -> notHere("approvals", approve);
            case Command.Apply apply -> notHere("migration files", apply);
        };
    }

    private static CommandResult notHere(String what, Command command) {
        return new Refused(
                Cause.INVALID,
                command.getClass().getSimpleName() + " is answered by the part that keeps " + what,
                List.of());
    }

    private CommandResult onSlice(Command.OfSlice command, Issue issue) {
        Optional<SliceSpec> slice = migration.get().slice(command.slice());
        if (slice.isEmpty()) {
            return new Refused(
                    Cause.NOT_FOUND,
                    "no slice " + command.slice() + " (known: "
                            + migration.get().slices().stream()
                                    .map(SliceSpec::name)
                                    .toList() + ")",
                    List.of());
        }
        Turn turn = turn(command.slice());
        try {
            if (!turn.enter(settings.commandWait())) {
                return new Refused(
                        Cause.BUSY,
                        "another command has been running on slice " + command.slice() + " for more than "
                                + Question.words(settings.commandWait()) + "; wait for its end",
                        List.of());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Refused(Cause.BUSY, "interrupted while it waited for its turn", List.of());
        }
        try {
            return inTurn(slice.get(), command, issue, turn);
        } catch (InterruptedException e) {
            if (!turn.isBroken()) {
                Thread.currentThread().interrupt();
            }
            return new Refused(
                    Cause.ABORTED, "interrupted, by the kill switch or by a shutdown; look where it stands", List.of());
        } finally {
            turn.leave();
        }
    }

    private CommandResult inTurn(SliceSpec slice, Command.OfSlice command, Issue issue, Turn turn)
            throws InterruptedException {
        Standing standing = records.standing(slice.name());
        if (issue.expected()
                .filter(seen -> !seen.equals(standing.state().epoch()))
                .isPresent()) {
            return new Refused(
                    Cause.STALE_EPOCH,
                    "slice " + slice.name() + " is at epoch " + standing.state().epoch() + " (expected "
                            + issue.expected().get() + "); look again, then decide",
                    List.of());
        }
        lookAtJobs(command);
        return switch (command) {
            case Command.Advance advance -> runner.advance(migration.get(), slice, advance, issue, turn);
            case Command.Back back -> runner.back(slice, back, issue);
            case Command.Rollback rollback -> runner.rollback(slice, rollback, issue, turn);
            case Command.Rehearse rehearse -> runner.rehearse(migration.get(), slice, rehearse, issue);
            case Command.Backfill backfill -> backfill(slice, standing, backfill);
            case Command.Reconcile reconcile -> reconcile(slice, standing, reconcile);
            case Command.Hold hold -> hold(slice, hold, issue);
            case Command.Unpark(SliceName name, var entity) ->
                new Done(
                        ports.writes().unpark(name, entity) + " records of " + entity + " are taken back into delivery",
                        Optional.of(standing.state()));
            case Command.ForgetDifferences forget -> {
                records.evidenceFrom(slice.name(), clock.instant());
                yield new Done(
                        "what was measured of " + forget.slice() + " until now does not count any more; the burn-in of "
                                + Question.words(slice.gates().burnIn()) + " begins anew",
                        Optional.of(standing.state()));
            }
        };
    }

    /** What has ended counts before the watch's next look: a user who saw it end must not pass the gate that it closes. */
    private void lookAtJobs(Command.OfSlice command) {
        switch (command) {
            case Command.Advance _, Command.Rehearse _, Command.Backfill _, Command.Reconcile _ -> jobs.poll();
            case Command.Back _, Command.Rollback _ -> {
                try {
                    jobs.poll();
                } catch (RuntimeException e) {
                    LOG.warn(
                            "what the jobs of {} found could not be kept; the way back does not wait",
                            command.slice(),
                            e);
                }
            }
            case Command.Hold _, Command.Unpark _, Command.ForgetDifferences _ -> {}
        }
    }

    private CommandResult backfill(SliceSpec slice, Standing standing, Command.Backfill command) {
        Phase phase = standing.state().phase();
        if (!slice.hasState() || phase.isBefore(Phase.DUAL_WRITE) || phase.isAtLeast(Phase.WRITE_CUTOVER)) {
            return new Refused(
                    Cause.ILLEGAL,
                    "slice " + slice.name() + " cannot be backfilled in " + phase
                            + " (expected stored state, and DUAL_WRITE to READ_CUTOVER)",
                    List.of());
        }
        if (command.paused().orElse(false)
                && jobs.running(slice.name(), JobLog.Kind.BACKFILL).isEmpty()) {
            return new Refused(
                    Cause.NOT_FOUND,
                    "no backfill of " + slice.name() + " runs (expected one to pause); start it without pause",
                    List.of());
        }
        String id = jobs.backfill(slice.name());
        boolean set = command.rate().isEmpty() && command.paused().isEmpty()
                || jobs.pace(id, command.rate(), command.paused());
        if (!set) {
            return new Refused(
                    Cause.NOT_FOUND, "backfill " + id + " has just ended; look at it, then decide", List.of());
        }
        return new Started(
                "backfill " + id + " of " + slice.name()
                        + (command.paused().orElse(false) ? " is paused" : " runs")
                        + command.rate()
                                .map(rate -> rate == 0 ? ", without a bound" : ", at " + rate + "/s at most")
                                .orElse(""),
                id);
    }

    private CommandResult reconcile(SliceSpec slice, Standing standing, Command.Reconcile command)
            throws InterruptedException {
        Phase phase = standing.state().phase();
        if (!slice.hasState() || phase.isBefore(Phase.DUAL_WRITE) || phase.isAtLeast(Phase.LEGACY_OFF)) {
            return new Refused(
                    Cause.ILLEGAL,
                    "the stores of " + slice.name() + " are not kept equal in " + phase
                            + " (expected stored state, and DUAL_WRITE to WRITE_CUTOVER)",
                    List.of());
        }
        Optional<String> id = jobs.asked(slice.name(), command.repair(), command.dryRun(), command.rate());
        if (id.isEmpty()) {
            return new Refused(
                    Cause.BUSY,
                    "a reconcile of " + slice.name()
                            + jobs.running(slice.name(), JobLog.Kind.RECONCILE)
                                    .map(running -> ", " + running.id() + ",")
                                    .orElse("")
                            + " is running; wait for its end, or cancel it",
                    List.of());
        }
        return new Started("reconcile " + id.get() + " of " + slice.name() + " runs", id.get());
    }

    private CommandResult hold(SliceSpec slice, Command.Hold command, Issue issue) {
        if (command.held()) {
            holds.put(new Hold(slice.name(), Holds.Kind.OPERATOR, issue.actor(), clock.instant(), issue.reason()));
        } else {
            holds.remove(slice.name(), Holds.Kind.OPERATOR);
            holds.remove(slice.name(), Holds.Kind.WATCH);
        }
        return new Done(
                command.held()
                        ? "the watch does not act on " + slice.name() + " any more, until it is let go"
                        : "slice " + slice.name() + " is let go, the watch acts again",
                Optional.of(records.standing(slice.name()).state()));
    }

    /**
     * Takes over another migration file. A slice may leave only where nothing of it is across, and cannot change its kind on
     * the way.
     */
    public CommandResult replace(MigrationSpec next) {
        for (SliceSpec slice : migration.get().slices()) {
            Phase phase = records.standing(slice.name()).state().phase();
            boolean still = phase == Phase.LEGACY_ONLY || phase == Phase.RETIRED;
            Optional<SliceSpec> kept = next.slice(slice.name());
            if (!still && kept.isEmpty()) {
                return new Refused(
                        Cause.INVALID,
                        "slice " + slice.name() + " stands in " + phase
                                + " (expected LEGACY_ONLY or RETIRED) and cannot leave the file; take it back first",
                        List.of());
            }
            if (!still && kept.filter(other -> other.kind() == slice.kind()).isEmpty()) {
                return new Refused(
                        Cause.INVALID,
                        "slice " + slice.name() + " stands in " + phase + " and cannot change its kind on the way",
                        List.of());
            }
        }
        records.load(next.slices().stream().map(SliceSpec::name).toList(), clock.instant());
        migration.set(next);
        return new Done("migration " + next.migration() + " is taken over", Optional.empty());
    }

    private Turn turn(SliceName slice) {
        return turns.computeIfAbsent(slice, name -> new Turn());
    }

    public ControlQueries queries() {
        return queries;
    }

    /** Where traffic is reported to. */
    public Measurements measurements() {
        return measurements;
    }

    /** Where full reconciles are owed. */
    public Debts debts() {
        return debts;
    }

    /** Where confirmed differences of the stores are reported to. */
    public Divergences divergences() {
        return divergences;
    }

    /** Where long work keeps its place. */
    public Progress progress() {
        return progress;
    }

    /** Flags that others hang on slices. */
    public ForeignFlags foreignFlags() {
        return foreignFlags;
    }

    /** Ends the watch; keeps what was measured. Records, jobs and the state file stay as they are. */
    @Override
    public void close() {
        Optional<Thread> thread = watching.getAndSet(Optional.empty());
        if (thread.isPresent()) {
            thread.get().interrupt();
            try {
                thread.get().join(settings.commandWait());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        measurements.flush();
    }
}
