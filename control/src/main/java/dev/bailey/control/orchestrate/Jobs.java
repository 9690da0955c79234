package dev.bailey.control.orchestrate;

import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.JobLog;
import dev.bailey.control.state.JobLog.Entry;
import dev.bailey.control.state.JobLog.Kind;
import dev.bailey.control.state.JobLog.State;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Standing;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts backfills and reconciles, sees to it that a restart does not lose them, and keeps how they ended. A backfill copies
 * legacy's states, so none runs where modern owns writes: none is begun or gone on with there, and authority does not go to
 * modern while one runs. Thread-safe.
 */
final class Jobs {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final Duration END_LOOK = Duration.ofMillis(20);

    /** Between a run that failed and one that is owed. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    private final SliceRecords records;
    private final Data data;
    private final JobLog log;
    private final Debts debts;
    private final Divergences divergences;
    private final InstantSource clock;
    private final ControlSettings settings;
    /** What was kept of the reconciles that run. */
    private final Map<String, Told> told = new HashMap<>();

    /** What runs, as it is kept, since the last poll; empty when it has to be read again. */
    private Optional<List<Entry>> known = Optional.empty();

    private record Told(long divergences, long repaired, int fates) {}

    Jobs(
            SliceRecords records,
            Data data,
            JobLog log,
            Debts debts,
            Divergences divergences,
            InstantSource clock,
            ControlSettings settings) {
        this.records = records;
        this.data = data;
        this.log = log;
        this.debts = debts;
        this.divergences = divergences;
        this.clock = clock;
        this.settings = settings;
    }

    /** The job's id: that of the running one, if there is one. */
    synchronized String backfill(SliceName slice) {
        Optional<Entry> running = running(slice, Kind.BACKFILL);
        if (running.isPresent()) {
            return running.get().id();
        }
        Instant now = clock.instant();
        String id = data.startBackfill(slice);
        started(entry(id, slice, Kind.BACKFILL, false, false, begun(id, now)));
        return id;
    }

    /** Why write authority of the slice must not go to modern now: what a backfill copies would be put over its writes. */
    synchronized Optional<String> keepsAuthorityAtLegacy(SliceName slice) {
        return running(slice, Kind.BACKFILL)
                .map(Entry::id)
                .or(() -> unkept(slice))
                .map(id -> "backfill " + id + " of " + slice
                        + " runs or is paused, and would put legacy's older states over what modern is written (expected"
                        + " none, and force does not help): wait for its end, `bailey jobs " + id
                        + " --wait`, or cancel it, `bailey jobs " + id + " --cancel --reason …`");
    }

    /** A backfill that runs though its start could not be kept. */
    private Optional<String> unkept(SliceName slice) {
        return data.jobs().stream()
                .filter(job -> job.kind() == Data.Kind.BACKFILL && job.slice().equals(slice))
                .max(Comparator.comparing(Data.Job::started))
                .filter(job -> job.state() == Data.State.RUNNING)
                .map(Data.Job::id);
    }

    /** Where the slice stands, a cohort that is rehearsed included; empty when none is declared under this name. */
    private Optional<Phase> phase(SliceName slice) {
        return records.all().stream()
                .map(Standing::state)
                .filter(state -> state.slice().equals(slice))
                .map(SliceState::phase)
                .findFirst();
    }

    /** The same spread over a time; never one that anything waits for. */
    private void spread(SliceName slice, Duration time) {
        Instant now = clock.instant();
        String id = data.startSpreadReconcile(slice, settings.reconcileRepairs(), time);
        started(entry(id, slice, Kind.RECONCILE, settings.reconcileRepairs(), false, begun(id, now)));
    }

    /**
     * The same, asked for by somebody: a reconcile that is spread over a time gives way to it. Empty when one at full speed
     * runs, or the other one did not end in time.
     */
    Optional<String> asked(SliceName slice, boolean repair, boolean dryRun, long rate) throws InterruptedException {
        Instant limit = clock.instant().plus(settings.commandWait());
        while (true) {
            Optional<String> started = startedOrGivingWay(slice, repair, dryRun, rate);
            if (started.isPresent()) {
                return started;
            }
            boolean gives =
                    running(slice, Kind.RECONCILE).filter(this::isSpread).isPresent();
            if (!gives || clock.instant().isAfter(limit)) {
                return Optional.empty();
            }
            Thread.sleep(END_LOOK);
        }
    }

    private synchronized Optional<String> startedOrGivingWay(
            SliceName slice, boolean repair, boolean dryRun, long rate) {
        poll();
        Optional<Entry> running = running(slice, Kind.RECONCILE);
        running.filter(this::isSpread).ifPresent(spread -> data.cancel(spread.id()));
        return running.isEmpty() ? Optional.of(reconcile(slice, repair, dryRun, rate)) : Optional.empty();
    }

    private boolean isSpread(Entry entry) {
        return data.job(entry.id()).flatMap(Data.Job::spread).isPresent();
    }

    synchronized String reconcile(SliceName slice, boolean repair, boolean dryRun) {
        return reconcile(slice, repair, dryRun, 0);
    }

    synchronized String reconcile(SliceName slice, boolean repair, boolean dryRun, long rate) {
        Instant now = clock.instant();
        String id = data.startReconcile(slice, repair, dryRun, rate);
        started(entry(id, slice, Kind.RECONCILE, repair, dryRun, begun(id, now)));
        return id;
    }

    /** When it began: before now, where it goes on with one that failed. What it looked at then says nothing of what came after. */
    private Instant begun(String id, Instant now) {
        return data.job(id).map(Data.Job::started).filter(now::isAfter).orElse(now);
    }

    private static Entry entry(String id, SliceName slice, Kind kind, boolean repair, boolean dryRun, Instant started) {
        return new Entry(id, slice, kind, repair, dryRun, State.RUNNING, started, Optional.empty(), 0, "");
    }

    synchronized Optional<Entry> running(SliceName slice, Kind kind) {
        if (known.isEmpty()) {
            known = Optional.of(log.running());
        }
        for (Entry job : known.get()) {
            if (job.slice().equals(slice) && job.kind() == kind) {
                return Optional.of(job);
            }
        }
        return Optional.empty();
    }

    private void started(Entry entry) {
        known = Optional.empty();
        log.started(entry);
    }

    /** Looks at what runs: keeps the end of what has ended, starts again what a restart broke off. */
    synchronized void poll() {
        List<Entry> running = log.running();
        known = Optional.of(running);
        for (Entry entry : running) {
            Optional<Data.Job> job = data.job(entry.id());
            if (job.isEmpty()) {
                again(entry);
            } else if (job.get().state() != Data.State.RUNNING) {
                ended(entry, job.get());
            } else if (entry.kind() == Kind.RECONCILE && !told(job.get()).equals(told.get(entry.id()))) {
                // A pass may take days: what it finds counts at once, and so does one that differs again.
                keepFound(entry, job.get(), State.RUNNING, clock.instant());
                log.found(entry.id(), job.get().divergences());
                told.put(entry.id(), told(job.get()));
            }
        }
    }

    private static Told told(Data.Job job) {
        return new Told(job.divergences(), job.repaired(), job.fates());
    }

    private void again(Entry entry) {
        Optional<Phase> owned = phase(entry.slice()).filter(phase -> phase.isAtLeast(Phase.WRITE_CUTOVER));
        if (entry.kind() == Kind.BACKFILL && owned.isPresent()) {
            String why = "broken off by a restart and not gone on with: modern owns writes in " + owned.get();
            LOG.warn("backfill {} of {} is {}", entry.id(), entry.slice(), why);
            endedEarly(entry, State.CANCELLED, why);
            return;
        }
        known = Optional.empty();
        log.ended(entry.id(), State.LOST, clock.instant(), entry.divergences(), "broken off by a restart");
        String id = switch (entry.kind()) {
            case BACKFILL -> backfill(entry.slice());
            case RECONCILE -> reconcile(entry.slice(), entry.repair(), entry.dryRun());
        };
        LOG.info("{} of {} goes on after a restart as {}", entry.kind(), entry.slice(), id);
    }

    private void ended(Entry entry, Data.Job job) {
        told.remove(entry.id());
        State state = switch (job.state()) {
            case RUNNING -> State.RUNNING;
            case DONE -> State.DONE;
            case FAILED -> State.FAILED;
            case CANCELLED -> State.CANCELLED;
        };
        Instant now = clock.instant();
        // What it found is kept before its end is: a crash between the two has it looked at again, and keeps it once
        // more.
        if (entry.kind() == Kind.RECONCILE) {
            keepFound(entry, job, state, now);
        } else if (state != State.DONE) {
            endedEarly(entry, state, job.message());
            return;
        }
        known = Optional.empty();
        log.ended(entry.id(), state, now, job.divergences(), job.message());
        if (entry.kind() == Kind.RECONCILE && state == State.DONE && job.divergences() <= job.repaired()) {
            debts.reconciled(entry.slice(), entry.started(), now);
        }
    }

    /**
     * A backfill that left things out where the stores had been compared already: what it copied is to be compared again. Owed
     * before its end is kept, so that a crash between the two owes it twice and not never.
     */
    private void endedEarly(Entry entry, State state, String why) {
        Instant now = clock.instant();
        if (phase(entry.slice()).filter(Jobs::isCompared).isPresent()) {
            debts.owe(
                    entry.slice(),
                    now,
                    "backfill " + entry.id() + " ended as " + state.name().toLowerCase(Locale.ROOT)
                            + " after the stores were compared, and may have left older states at modern");
        }
        known = Optional.empty();
        log.ended(entry.id(), state, now, 0, why);
    }

    private static boolean isCompared(Phase phase) {
        return phase.isAtLeast(Phase.RECONCILE) && phase.isBefore(Phase.LEGACY_OFF);
    }

    private void keepFound(Entry entry, Data.Job job, State state, Instant now) {
        List<Divergences.Found> listed = data.found(entry.id());
        divergences.reconciled(
                entry.slice(), state == State.DONE ? Optional.of(entry.started()) : Optional.empty(), listed, now);
        long left = job.divergences() - job.repaired();
        // Dated right before the pass, whatever it is told of while it runs and at its end: then one debt says it, any
        // pass
        // after this one pays it, and none has to begin at once that would find the same.
        Instant since = entry.started().minusMillis(1);
        boolean owed =
                debts.open(entry.slice()).stream().anyMatch(debt -> debt.since().equals(since));
        if (left > 0 && job.divergences() > listed.size() && !owed) {
            debts.owe(
                    entry.slice(),
                    since,
                    "a reconcile left " + left + " of " + job.divergences() + " differences, and only the first "
                            + listed.size() + " it found are listed");
        }
    }

    /** Keeps reconciles running where the stores are compared, and starts the work a phase begins with if it never was. */
    synchronized void upkeep(SliceSpec slice) {
        // Read under the lock: steps look for what runs under it, so a backfill begins in this phase or not at all.
        Standing standing = records.standing(slice.name());
        Phase phase = standing.state().phase();
        if (!slice.hasState() || standing.replicatingSince().isEmpty()) {
            running(slice.name(), Kind.RECONCILE).filter(this::isSpread).ifPresent(spread -> data.cancel(spread.id()));
            return;
        }
        Instant since = standing.replicatingSince().get();
        if (phase == Phase.BACKFILL
                && lastStart(slice.name(), Kind.BACKFILL, since).isEmpty()) {
            backfill(slice.name());
        }
        boolean compared = isCompared(phase);
        Optional<Duration> every = slice.data().flatMap(data -> data.reconcile().every());
        Optional<Entry> running = running(slice.name(), Kind.RECONCILE);
        if (running.isPresent()) {
            if (isSpread(running.get())
                    && (!compared || every.isEmpty() || mustHurry(slice.name(), since, running.get()))) {
                // Its end is seen at the next look, and then what must be is started.
                data.cancel(running.get().id());
            }
        } else if (compared && isDue(slice.name(), since, every)) {
            if (every.isPresent() && maySpread(slice.name(), since)) {
                spread(slice.name(), every.get());
            } else {
                reconcile(slice.name(), settings.reconcileRepairs(), false);
            }
        }
    }

    /** Whether nothing waits for a pass that takes its time. */
    private boolean maySpread(SliceName slice, Instant since) {
        return isProved(slice, since) && debts.open(slice).isEmpty();
    }

    /** Whether something waits for a reconcile that begins now and takes no longer than it must. */
    private boolean mustHurry(SliceName slice, Instant since, Entry last) {
        return owed(slice, last.started()) || !isProved(slice, since);
    }

    /** One that is dated ahead stands for what comes until then: a run begun before that would not pay it. */
    private boolean owed(SliceName slice, Instant started) {
        Instant now = clock.instant();
        return debts.open(slice).stream().anyMatch(debt -> !started.isAfter(debt.since()) && now.isAfter(debt.since()));
    }

    /** Whether a reconcile has been through since the last backfill, whatever it found. */
    private boolean isProved(SliceName slice, Instant since) {
        Instant filled = log.of(slice, Kind.BACKFILL).stream()
                .filter(entry -> entry.state() == State.DONE)
                .findFirst()
                .flatMap(Entry::ended)
                .orElse(since);
        return log.of(slice, Kind.RECONCILE).stream()
                .anyMatch(entry -> entry.state() == State.DONE
                        && !entry.started().isBefore(since)
                        && !entry.started().isBefore(filled));
    }

    private boolean isDue(SliceName slice, Instant since, Optional<Duration> every) {
        Optional<Entry> last = lastStart(slice, Kind.RECONCILE, since);
        if (last.isEmpty()) {
            return true;
        }
        Instant started = last.get().started();
        Duration idle = Duration.between(last.get().ended().orElse(started), clock.instant());
        boolean owed = owed(slice, started);
        boolean on = every.isPresent() && last.get().state() == State.DONE && maySpread(slice, since);
        return on
                || idle.compareTo(settings.reconcileEvery()) >= 0
                || (owed && (last.get().state() == State.DONE || isSpread(last.get())))
                || (owed && idle.compareTo(AFTER_FAILURE) >= 0);
    }

    private Optional<Entry> lastStart(SliceName slice, Kind kind, Instant since) {
        List<Entry> entries = log.of(slice, kind);
        return entries.stream()
                .filter(entry -> !entry.started().isBefore(since))
                .findFirst();
    }

    boolean pace(String id, Optional<Long> rate, Optional<Boolean> paused) {
        return data.pace(id, rate, paused);
    }

    boolean cancel(String id) {
        return data.cancel(id);
    }
}
