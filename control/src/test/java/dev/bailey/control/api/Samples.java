package dev.bailey.control.api;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.write.RecordState;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** One answer of every kind, with as many fields filled in as there are. */
final class Samples implements Overview, JournalViews, Explains, FeedViews, VersionViews, ConfigViews {

    static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

    static final GateView GATE = new GateView(
            "differences",
            "disallowed differences stay under the limit in the worst sustained window",
            Verdict.FAIL,
            "worst window of 10 min",
            OptionalDouble.of(0.02),
            "0.01%",
            2_000,
            AT.minusSeconds(600),
            AT,
            "2% differ (expected at most 0.01%); look at `bailey diffs`");

    volatile long compared = 1_000;

    @Override
    public StatusView status() {
        StatusView.Slice slice = new StatusView.Slice(
                "orders",
                SliceKind.STATEFUL,
                Phase.READ_CUTOVER,
                6,
                PhaseTable.path(SliceKind.STATEFUL),
                "10%",
                1_000,
                List.of("internal"),
                7,
                AT,
                AT,
                Optional.of("by anna: holiday"),
                Side.LEGACY,
                Optional.of(new StatusView.Pending("handover", Phase.WRITE_CUTOVER, "10%", "anna", "go", AT)),
                Optional.of(new StatusView.Next(
                        StatusView.Step.RAMP,
                        Phase.READ_CUTOVER,
                        "50%",
                        List.of(),
                        false,
                        List.of("differences"),
                        false,
                        false,
                        "ramp 50% waits for differences")),
                Optional.of(Phase.SHADOW_READ),
                new StatusView.FlagSet(true, true, true, false, true),
                new StatusView.Live(
                        new StatusView.Traffic(90, 0, 0.001, OptionalDouble.of(3.2), OptionalDouble.of(12.5)),
                        new StatusView.Traffic(10, 80, 0, OptionalDouble.of(2.1), OptionalDouble.empty()),
                        0.1,
                        80),
                OptionalDouble.of(0.02),
                compared,
                Map.of("timeout", 3L),
                OptionalLong.of(2),
                1,
                new StatusView.Backlog(5, 1, 1, 0, OptionalLong.of(1_200)),
                "READ_CUTOVER at 10%");
        return new StatusView(
                "orders",
                "team-orders",
                LocalDate.parse("2027-03-31"),
                131,
                "0.1.0",
                AT,
                60,
                "127.0.0.1:8080",
                AT,
                List.of(slice),
                jobs(),
                List.of(new StatusView.Node(
                        "gateway-1#3",
                        StatusView.Presence.ALIVE,
                        true,
                        17,
                        "10.0.0.1:8080",
                        "10.0.0.1:7070",
                        AT,
                        7_500,
                        Map.of("orders", 7L),
                        List.of())),
                "0 of 1 slice retired, 1 held");
    }

    @Override
    public Optional<GatesView> gates(String slice) {
        return known(slice)
                .map(name -> new GatesView(
                        name,
                        Phase.SHADOW_READ,
                        List.of(),
                        Optional.of(Phase.READ_CUTOVER),
                        List.of(GATE),
                        false,
                        "READ_CUTOVER waits for differences"));
    }

    @Override
    public Optional<List<TransitionView>> history(String slice) {
        return known(slice)
                .map(_ -> List.of(new TransitionView(
                        1,
                        2,
                        "advance",
                        Phase.LEGACY_ONLY,
                        "0%",
                        Phase.DUAL_WRITE,
                        "0%",
                        List.of(),
                        AT,
                        "anna",
                        "start",
                        true,
                        false,
                        Optional.of("ap-1"),
                        OptionalLong.of(12),
                        Map.of("stallMs", 12.0),
                        "done",
                        List.of(GATE))));
    }

    @Override
    public List<FeedView> feeds(Optional<String> slice) {
        return List.of(new FeedView(
                "orders",
                "outbox-legacy",
                "outbox",
                "legacy",
                FeedView.State.RUNNING,
                AT,
                "up to " + AT,
                OptionalLong.of(1_500),
                OptionalLong.of(3),
                OptionalLong.of(65_536),
                1_200,
                40,
                0,
                1,
                List.of(new FeedView.Rogue(
                        "42", AT, Optional.of("purchase"), Optional.of("771"), Optional.of(AT), Optional.of("batch"))),
                0));
    }

    @Override
    public Optional<VersionsView> versions(String slice) {
        return known(slice)
                .map(name -> new VersionsView(
                        name,
                        AT,
                        List.of(
                                new VersionsView.Version(
                                        "v1",
                                        "path /v1",
                                        Optional.of(LocalDate.parse("2026-10-01")),
                                        Optional.of(LocalDate.parse("2027-03-01")),
                                        Optional.of("https://docs.example/orders-v2"),
                                        12,
                                        List.of(new VersionsView.Consumer("acme", 12, AT))),
                                new VersionsView.Version(
                                        "v2",
                                        "path /v2",
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        0,
                                        List.of())),
                        "v1, which goes away on 2027-03-01, has 12 requests of 1 consumer"));
    }

    @Override
    public List<JobView> jobs() {
        return List.of(new JobView(
                "job-1",
                "reconcile",
                "orders",
                JobView.State.RUNNING,
                500,
                OptionalLong.of(1_000),
                250,
                OptionalLong.of(2),
                AT,
                Optional.empty(),
                "comparing",
                Map.of("divergences", 2L)));
    }

    @Override
    public Optional<JobView> job(String id) {
        return jobs().stream().filter(job -> job.id().equals(id)).findFirst();
    }

    @Override
    public List<DivergenceView> divergences(Optional<String> slice) {
        return List.of(new DivergenceView("orders", "42", "different", List.of("/total"), AT, false));
    }

    @Override
    public List<FlagView> flags() {
        return List.of(new FlagView(
                "orders.read-modern",
                "orders",
                true,
                "team-orders",
                "temporary",
                "gates",
                "retired",
                true,
                false,
                AT,
                List.of(new FlagView.Change(AT, "anna", true, "go"))));
    }

    @Override
    public BurndownView burndown() {
        return new BurndownView(
                "orders",
                "team-orders",
                LocalDate.parse("2027-03-31"),
                131,
                "none",
                List.of(
                        new BurndownView.Item("slices", OptionalDouble.of(1), OptionalDouble.of(1), "left"),
                        new BurndownView.Item(
                                "lines of legacy code", OptionalDouble.empty(), OptionalDouble.empty(), "none named")),
                "1 slice left");
    }

    @Override
    public CertificateView certificate() {
        return new CertificateView(
                "orders",
                "team-orders",
                false,
                List.of("slice orders stands at READ_CUTOVER (expected RETIRED)"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "0".repeat(64),
                "not yet");
    }

    @Override
    public Page<JournalEntryView> list(Filter filter) {
        return new Page<>(List.of(entry()), Optional.of("7"));
    }

    private static JournalEntryView entry() {
        return new JournalEntryView(
                8,
                "w8",
                "orders",
                Optional.of("42"),
                7,
                Side.LEGACY,
                Optional.of(Side.MODERN),
                "PUT",
                "/api/orders/42",
                RecordState.PARKED,
                3,
                "modern refused with 422",
                AT,
                AT);
    }

    @Override
    public Optional<JournalRecordView> find(String id) {
        return Optional.of(id)
                .filter("w8"::equals)
                .map(_ -> new JournalRecordView(
                        entry(),
                        true,
                        List.of("content-type"),
                        new JournalRecordView.Body(120, Optional.of("application/json"), true),
                        Optional.of(new JournalRecordView.Answer(
                                200, List.of("etag"), new JournalRecordView.Body(0, Optional.empty(), false)))));
    }

    /** The comparisons; apart because both ports have a {@code find}. */
    static final class Diffs implements DiffViews {
        private static DiffView diff() {
            return new DiffView(
                    "d1",
                    "orders",
                    "GET /api/orders/{id} /total value",
                    "GET /api/orders/{id}",
                    "/total",
                    "value",
                    40,
                    AT,
                    AT,
                    Optional.empty());
        }

        @Override
        public List<DiffView> list(Optional<String> slice) {
            return List.of(diff());
        }

        @Override
        public Optional<DiffDetailView> find(String id) {
            return Optional.of(id)
                    .filter("d1"::equals)
                    .map(_ -> new DiffDetailView(
                            diff(),
                            List.of(new DiffDetailView.Instance(
                                    AT,
                                    "GET",
                                    "/api/orders/42",
                                    Side.LEGACY,
                                    new DiffDetailView.Answer(200, Optional.of("application/json"), "{\"total\":1}", 3),
                                    new DiffDetailView.Answer(200, Optional.empty(), "{\"total\":2}", 2),
                                    List.of(new DiffDetailView.Path(
                                            "/total", "value", Optional.of("1"), Optional.of("2")))))));
        }

        @Override
        public Totals totals(String slice) {
            return Totals.NONE;
        }
    }

    @Override
    public ExplainView explain(Asks.Explain request) {
        return new ExplainView(
                request.method(),
                request.path(),
                Optional.of("orders"),
                Optional.of("GET /api/orders/{id}"),
                Optional.of("42"),
                OptionalInt.of(123),
                Optional.empty(),
                Phase.READ_CUTOVER,
                "10%",
                7,
                Side.MODERN,
                "RAMP",
                "the entity's bucket against the ramp decided",
                false,
                false,
                Optional.empty(),
                true,
                false,
                "modern serves it: bucket 123 is under the ramp of 10%");
    }

    @Override
    public PlanView plan(String yaml) {
        return yaml.contains("bailey: 1")
                ? new PlanView(
                        true,
                        List.of(new PlanView.Change("slices.orders.gates.lag", "30s", "10s", "at once")),
                        List.of(),
                        "1 change")
                : new PlanView(
                        false,
                        List.of(),
                        List.of(new PlanView.Problem(1, 1, "key \"baley\" is unknown", "did you mean \"bailey\"?")),
                        "cannot be applied");
    }

    private static Optional<String> known(String slice) {
        return Optional.of(slice).filter("orders"::equals);
    }
}
