package dev.bailey.control.api;

import dev.bailey.control.completion.Burndown;
import dev.bailey.control.flag.Flag;
import dev.bailey.control.orchestrate.ControlQueries;
import dev.bailey.control.orchestrate.Data;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The API's answers about the migration, made from what the control plane tells. Thread-safe. */
public final class ControlOverview implements Overview {

    private static final int HISTORY = 1_000;
    private static final int DIVERGENCES = 500;

    private final Supplier<MigrationSpec> spec;
    private final ControlQueries queries;
    private final DiffViews diffs;
    private final Supplier<String> auditHead;
    private final Supplier<List<StatusView.Node>> nodes;
    private final Instant startedAt;
    private final String version;
    private final InstantSource clock;

    /**
     * @param spec the migration in force
     * @param auditHead hash of the audit trail's last entry
     * @param nodes that carry traffic at the same time; none where one does
     * @param startedAt when the process started
     */
    public ControlOverview(
            Supplier<MigrationSpec> spec,
            ControlQueries queries,
            DiffViews diffs,
            Supplier<String> auditHead,
            Supplier<List<StatusView.Node>> nodes,
            Instant startedAt,
            String version,
            InstantSource clock) {
        this.spec = spec;
        this.queries = queries;
        this.diffs = diffs;
        this.auditHead = auditHead;
        this.nodes = nodes;
        this.startedAt = startedAt;
        this.version = version;
        this.clock = clock;
    }

    @Override
    public StatusView status() {
        MigrationSpec now = spec.get();
        Instant at = clock.instant();
        List<StatusView.Slice> slices = queries.slices().stream()
                .map(slice -> SliceFigures.of(slice, diffs.totals(slice.name().value())))
                .toList();
        return new StatusView(
                now.migration(),
                now.owner(),
                now.finishBy(),
                ChronoUnit.DAYS.between(at.atZone(ZoneOffset.UTC).toLocalDate(), now.finishBy()),
                version,
                startedAt,
                Duration.between(startedAt, at).toSeconds(),
                now.listen().toString(),
                at,
                slices,
                jobs(),
                nodes.get(),
                summary(slices));
    }

    private static String summary(List<StatusView.Slice> slices) {
        long retired =
                slices.stream().filter(slice -> slice.phase() == Phase.RETIRED).count();
        long held = slices.stream().filter(slice -> slice.held().isPresent()).count();
        return retired + " of " + slices.size() + (slices.size() == 1 ? " slice" : " slices") + " retired"
                + (held > 0 ? ", " + held + " held" : "");
    }

    @Override
    public Optional<GatesView> gates(String slice) {
        return queries.gates(new SliceName(slice)).map(gates -> {
            List<GateReading> asked = gates.next().isPresent() ? gates.entering() : List.of();
            List<String> blocking = SliceFigures.blocking(asked);
            return new GatesView(
                    gates.slice().value(),
                    gates.phase(),
                    gates.present().stream().map(GateView::of).toList(),
                    gates.next(),
                    asked.stream().map(GateView::of).toList(),
                    gates.next().isPresent() && blocking.isEmpty(),
                    gateMessage(gates, blocking));
        });
    }

    private static String gateMessage(ControlQueries.GatesView gates, List<String> blocking) {
        if (gates.next().isEmpty()) {
            return "the end of the path";
        }
        long failing = gates.present().stream()
                .filter(reading -> reading.verdict() == Verdict.FAIL)
                .count();
        return (blocking.isEmpty()
                        ? gates.next().get() + " may be entered"
                        : gates.next().get() + " waits for " + String.join(", ", blocking))
                + (failing > 0 ? "; " + failing + " gates of the present phase fail" : "");
    }

    @Override
    public Optional<List<TransitionView>> history(String slice) {
        SliceName name = new SliceName(slice);
        return queries.slice(name).map(_ -> {
            List<TransitionView> newestFirst = new ArrayList<>(queries.history(name, HISTORY).stream()
                    .map(ControlOverview::transition)
                    .toList());
            java.util.Collections.reverse(newestFirst);
            return newestFirst;
        });
    }

    private static TransitionView transition(Transition move) {
        Double stall = move.numbers().get("stallMs");
        return new TransitionView(
                move.id(),
                move.to().epoch().value(),
                move.command(),
                move.from().phase(),
                move.from().ramp().toString(),
                move.to().phase(),
                move.to().ramp().toString(),
                move.to().cohorts().stream().sorted().toList(),
                move.at(),
                move.actor(),
                move.reason(),
                move.committed(),
                move.forced(),
                move.approval(),
                stall == null ? OptionalLong.empty() : OptionalLong.of(Math.round(stall)),
                move.numbers(),
                move.detail(),
                move.gates().stream().map(GateView::of).toList());
    }

    @Override
    public List<JobView> jobs() {
        return queries.jobs().stream().map(ControlOverview::job).toList();
    }

    @Override
    public Optional<JobView> job(String id) {
        return queries.job(id).map(ControlOverview::job);
    }

    private static JobView job(Data.Job job) {
        return new JobView(
                job.id(),
                ApiJson.label(job.kind()),
                job.slice().value(),
                JobView.State.valueOf(job.state().name()),
                job.done(),
                job.total().map(OptionalLong::of).orElse(OptionalLong.empty()),
                job.ratePerSecond(),
                job.left().map(left -> OptionalLong.of(left.toSeconds())).orElse(OptionalLong.empty()),
                job.started(),
                job.ended(),
                job.message(),
                job.kind() == Data.Kind.RECONCILE
                        ? Map.of("divergences", job.divergences(), "repaired", job.repaired())
                        : Map.of());
    }

    @Override
    public List<DivergenceView> divergences(Optional<String> slice) {
        return spec.get().slices().stream()
                .map(known -> known.name())
                .filter(name ->
                        slice.filter(asked -> !asked.equals(name.value())).isEmpty())
                .flatMap(name -> queries.divergences(name, DIVERGENCES).stream())
                .map(found -> new DivergenceView(
                        found.slice().value(),
                        ShownKey.of(spec.get(), found.slice(), found.key()),
                        ApiJson.label(found.kind()),
                        found.paths(),
                        found.found(),
                        found.state() != Divergences.State.OPEN))
                .toList();
    }

    @Override
    public List<FlagView> flags() {
        return queries.flags().stream().map(ControlOverview::flag).toList();
    }

    private static FlagView flag(Flag flag) {
        return new FlagView(
                flag.name(),
                flag.slice().value(),
                flag.value(),
                flag.owner(),
                flag.kind(),
                flag.precondition(),
                flag.removal(),
                flag.live(),
                flag.stale(),
                flag.since(),
                flag.history().stream()
                        .map(change ->
                                new FlagView.Change(change.at(), change.actor(), change.value(), change.reason()))
                        .toList());
    }

    @Override
    public BurndownView burndown() {
        Burndown left = queries.burndown();
        OptionalDouble lines = left.legacyLines().isPresent()
                ? OptionalDouble.of((double) left.legacyLines().getAsLong())
                : OptionalDouble.empty();
        return new BurndownView(
                spec.get().migration(),
                spec.get().owner(),
                left.finishBy(),
                left.daysLeft(),
                ApiJson.label(left.escalation()),
                List.of(
                        new BurndownView.Item(
                                "slices",
                                OptionalDouble.of(left.slicesLeft()),
                                OptionalDouble.of(left.slices()),
                                "slices that are not retired"),
                        new BurndownView.Item(
                                "flags",
                                OptionalDouble.of(left.liveFlags()),
                                OptionalDouble.empty(),
                                "flags that code still asks for"),
                        new BurndownView.Item(
                                "lines of legacy code",
                                lines,
                                OptionalDouble.empty(),
                                lines.isPresent()
                                        ? "in the folders of `legacy.code`"
                                        : "`legacy.code` names no folder"),
                        new BurndownView.Item(
                                "legacy requests a day",
                                left.legacyRequestsPerDayTotal(),
                                OptionalDouble.empty(),
                                "requests of clients that legacy still serves")),
                left.message());
    }

    @Override
    public CertificateView certificate() {
        MigrationSpec now = spec.get();
        List<String> lacks = queries.slices().stream()
                .filter(slice -> slice.state().phase() != Phase.RETIRED)
                .map(slice ->
                        "slice " + slice.name() + " stands at " + slice.state().phase() + " (expected RETIRED)")
                .toList();
        return queries.certificate()
                .map(certificate -> new CertificateView(
                        now.migration(),
                        now.owner(),
                        true,
                        List.of(),
                        Optional.of(certificate.text()),
                        Optional.of(certificate.json()),
                        Optional.of(certificate.sha256()),
                        auditHead.get(),
                        "the crossing is over; legacy can be deleted"))
                .orElseGet(() -> new CertificateView(
                        now.migration(),
                        now.owner(),
                        false,
                        lacks,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        auditHead.get(),
                        "not yet: " + String.join("; ", lacks)));
    }
}
