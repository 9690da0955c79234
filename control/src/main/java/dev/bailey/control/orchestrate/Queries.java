package dev.bailey.control.orchestrate;

import dev.bailey.control.completion.Burndown;
import dev.bailey.control.completion.Certificate;
import dev.bailey.control.completion.Certificates;
import dev.bailey.control.completion.Completion;
import dev.bailey.control.flag.Flag;
import dev.bailey.control.flag.FlagRegistry;
import dev.bailey.control.handover.Writes;
import dev.bailey.control.handover.Writes.Backlog;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Debts.Debt;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Divergences.Divergence;
import dev.bailey.control.state.GateLog;
import dev.bailey.control.state.GateLog.GateChange;
import dev.bailey.control.state.History;
import dev.bailey.control.state.Holds;
import dev.bailey.control.state.Holds.Hold;
import dev.bailey.control.state.Rehearsals;
import dev.bailey.control.state.Rehearsals.Proof;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Standing;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Answers from what the parts know; gates' readings are repeated for a short while, so that a console may poll. */
final class Queries implements ControlQueries {

    private final Supplier<MigrationSpec> migration;
    private final SliceRecords records;
    private final Gates gates;
    private final Parts parts;
    private final InstantSource clock;
    private final Duration cached;
    private final Map<SliceName, Cached> readings = new ConcurrentHashMap<>();

    Queries(
            Supplier<MigrationSpec> migration,
            SliceRecords records,
            Gates gates,
            Parts parts,
            InstantSource clock,
            Duration cached) {
        this.migration = migration;
        this.records = records;
        this.gates = gates;
        this.parts = parts;
        this.clock = clock;
        this.cached = cached;
    }

    /** Where the answers come from. */
    record Parts(
            Measurements measurements,
            Writes writes,
            Data data,
            History history,
            GateLog gateLog,
            Debts debts,
            Divergences divergences,
            Rehearsals rehearsals,
            Holds holds,
            FlagRegistry flags,
            Completion completion,
            Certificates certificates) {}

    private record Cached(GatesView view, long epoch, Instant at) {}

    @Override
    public List<SliceView> slices() {
        return migration.get().slices().stream().map(this::view).toList();
    }

    @Override
    public Optional<SliceView> slice(SliceName name) {
        return migration.get().slice(name).map(this::view);
    }

    private SliceView view(SliceSpec slice) {
        SliceName name = slice.name();
        Standing standing = records.standing(name);
        GatesView view = recentGates(slice, standing);
        Optional<NextStep> next = Plan.advance(slice, standing.state(), Optional.empty(), Optional.empty())
                        instanceof Plan.Move move
                ? Optional.of(new NextStep(move.to().phase(), Plan.words(move.to()), move.way() == Plan.Way.HANDOVER))
                : Optional.empty();
        List<Hold> held = Stream.of(Holds.Kind.values())
                .flatMap(kind -> parts.holds.of(name, kind).stream())
                .toList();
        return new SliceView(
                name,
                slice.kind(),
                standing.state(),
                standing.phaseSince(),
                standing.stepSince(),
                next,
                PhaseTable.undo(slice.kind(), standing.state().phase()),
                standing.state().flags(),
                PhaseTable.row(standing.state().phase()).safeSide(),
                held,
                records.pending(name),
                view.present(),
                view.entering(),
                parts.measurements.live(name, clock.instant()),
                slice.hasState() ? parts.writes.backlog(name) : Backlog.EMPTY,
                parts.divergences.count(name, Divergences.State.OPEN),
                parts.debts.open(name).size(),
                parts.data.jobs().stream()
                        .filter(job -> job.slice().equals(name))
                        .toList());
    }

    @Override
    public Optional<GatesView> gates(SliceName name) {
        return migration.get().slice(name).map(slice -> freshGates(slice, records.standing(name)));
    }

    private GatesView recentGates(SliceSpec slice, Standing standing) {
        Cached last = readings.get(slice.name());
        boolean usable = last != null
                && last.epoch() == standing.state().epoch().value()
                && Duration.between(last.at(), clock.instant()).compareTo(cached) < 0;
        return usable && last != null ? last.view() : freshGates(slice, standing);
    }

    private GatesView freshGates(SliceSpec slice, Standing standing) {
        Instant now = clock.instant();
        Phase phase = standing.state().phase();
        Question present = new Question(migration.get(), slice, standing, now, Question.Span.NOW, Optional.empty());
        Question entry = new Question(migration.get(), slice, standing, now, Question.Span.ENTRY, Optional.empty());
        Optional<Phase> next = PhaseTable.next(slice.kind(), phase);
        List<GateReading> holding = gates.read(Watch.watched(slice, phase), present);
        List<GateReading> entering = next.map(to -> gates.read(PhaseTable.entryGates(slice.kind(), to), entry))
                .orElse(List.of());
        GatesView view = new GatesView(slice.name(), phase, holding, next, entering);
        readings.put(slice.name(), new Cached(view, standing.state().epoch().value(), now));
        return view;
    }

    @Override
    public List<GateChange> gateHistory(SliceName slice, int limit) {
        return parts.gateLog.changes(slice, limit);
    }

    @Override
    public List<Transition> history(SliceName slice, int limit) {
        return parts.history.of(slice, limit);
    }

    @Override
    public List<Transition> historySince(long id, int limit) {
        return parts.history.since(id, limit);
    }

    @Override
    public long lastTransition() {
        return parts.history.last();
    }

    @Override
    public List<Data.Job> jobs() {
        return parts.data.jobs();
    }

    @Override
    public Optional<Data.Job> job(String id) {
        return parts.data.job(id);
    }

    @Override
    public List<Divergence> divergences(SliceName slice, int limit) {
        return parts.divergences.of(slice, limit);
    }

    @Override
    public List<Debt> debts(SliceName slice) {
        return parts.debts.all(slice);
    }

    @Override
    public List<Proof> rehearsals(SliceName slice, int limit) {
        return parts.rehearsals.of(slice, limit);
    }

    @Override
    public List<Flag> flags() {
        return parts.flags.flags(migration.get().owner(), clock.instant());
    }

    @Override
    public Burndown burndown() {
        Map<String, Double> perDay = new LinkedHashMap<>();
        Instant now = clock.instant();
        for (SliceSpec slice : migration.get().slices()) {
            parts.measurements
                    .legacyPerDay(slice.name(), now)
                    .ifPresent(rate -> perDay.put(slice.name().value(), rate));
        }
        return parts.completion.burndown(migration.get(), flags(), perDay, now);
    }

    @Override
    public Optional<Certificate> certificate() {
        return parts.certificates.issue(migration.get());
    }
}
