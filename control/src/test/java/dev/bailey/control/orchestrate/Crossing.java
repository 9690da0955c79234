package dev.bailey.control.orchestrate;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.Issue;
import dev.bailey.control.command.Role;
import dev.bailey.control.orchestrate.Interval.OfSide;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.StateDb;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.OnFail;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.CohortSpec;
import dev.bailey.model.spec.CompareSpec;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.GatesSpec;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RampSpec;
import dev.bailey.model.spec.RampSpec.Step;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.ServiceSpec;
import dev.bailey.model.spec.ShadowSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TranslateSpec;
import dev.bailey.model.spec.WritesSpec;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/** A migration with one slice, a real state file, and everything around it under the test's hand. */
final class Crossing implements AutoCloseable {

    static final SliceName ORDERS = new SliceName("orders");
    static final Duration BURN_IN = Duration.ofSeconds(60);
    static final Duration WINDOW = Duration.ofSeconds(10);

    final Backing backing;
    final Path folder;
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T08:00:00Z"));
    final AtomicLong nanos = new AtomicLong();
    final InstantSource clock = now::get;
    final FakeWrites writes = new FakeWrites();
    final List<SliceState> published = Collections.synchronizedList(new ArrayList<>());
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    final AtomicReference<Health.@org.jspecify.annotations.Nullable Answer> modern =
            new AtomicReference<>(new Health.Answer(true, "200 in 1 ms"));
    final AtomicReference<Health.Contracts> contracts = new AtomicReference<>(new Health.Contracts.NoneDeclared());
    FakeData data = new FakeData(clock, "a");
    MigrationSpec spec;
    StateDb db;
    ControlPlane plane;
    private int opened;

    Crossing(Backing backing, Path folder) {
        this(backing, folder, slice(SliceKind.STATEFUL, OnFail.STEP_BACK));
    }

    Crossing(Backing backing, Path folder, SliceSpec... slices) {
        this.backing = backing;
        this.folder = folder;
        spec = migration(List.of(slices), List.of());
        db = backing.open(folder, ControlPlane.schema());
        plane = open();
    }

    /** As after a crash: the same file, new memory, and jobs that nobody knows any more. */
    void restart() {
        db.close();
        data = new FakeData(clock, "b" + ++opened + "-");
        db = backing.open(folder, ControlPlane.schema());
        plane = open();
    }

    /** As when the store cannot be reached: what the control plane asks it first fails. */
    void takeStoreAway() {
        rename("pending", "pending_away");
    }

    void bringStoreBack() {
        rename("pending_away", "pending");
    }

    private void rename(String table, String name) {
        db.write(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("alter table " + table + " rename to " + name);
            }
        });
    }

    private ControlPlane open() {
        Health health = new Health() {
            @Override
            public Answer check(Side side) {
                return java.util.Objects.requireNonNull(modern.get(), "no answer");
            }

            @Override
            public Contracts contracts(SliceName slice) {
                return contracts.get();
            }
        };
        ControlSettings settings = ControlSettings.DEFAULTS
                .withRehearsalRun(Duration.ZERO)
                .withBase(folder)
                .withPace(Duration.ofMillis(20), Duration.ofMillis(300), Duration.ZERO);
        Approvals approvals = (command, issue, why) -> {
            requests.add(command.getClass().getSimpleName() + ": " + why);
            return "approval-" + requests.size();
        };
        return ControlPlane.open(
                spec,
                db,
                new ControlPlane.Ports(published::add, writes, data, health, approvals),
                clock,
                nanos::get,
                settings);
    }

    static MigrationSpec migration(List<SliceSpec> slices, List<String> code) {
        return new MigrationSpec(
                "orders",
                "team-orders",
                LocalDate.parse("2027-03-31"),
                new HostPort("127.0.0.1", 0),
                new HostPort("127.0.0.1", 0),
                "embedded",
                new ServiceSpec(URI.create("http://127.0.0.1:1"), Optional.of("/health"), code, Optional.empty()),
                new ServiceSpec(URI.create("http://127.0.0.1:2"), Optional.of("/health"), List.of(), Optional.empty()),
                slices,
                GatewaySpec.DEFAULTS);
    }

    static SliceSpec slice(SliceKind kind, OnFail onFail) {
        return slice("orders", kind, onFail, WritesSpec.DEFAULTS, Set.of());
    }

    static SliceSpec slice(DataSpec data) {
        return slice("orders", SliceKind.STATEFUL, OnFail.HOLD, WritesSpec.DEFAULTS, Set.of(), Optional.of(data));
    }

    static SliceSpec slice(String name, SliceKind kind, OnFail onFail, WritesSpec writes, Set<String> deny) {
        return slice(name, kind, onFail, writes, deny, Optional.empty());
    }

    private static SliceSpec slice(
            String name, SliceKind kind, OnFail onFail, WritesSpec writes, Set<String> deny, Optional<DataSpec> data) {
        EntitySource id = new EntitySource(EntitySource.Kind.PATH, "id");
        return new SliceSpec(
                new SliceName(name),
                kind,
                List.of(
                        new RouteSpec(
                                "GET", "/" + name + "/{id}", "", Map.of(), Map.of(), id, MissingKey.LEGACY, false),
                        new RouteSpec(
                                "POST", "/" + name + "/{id}", "", Map.of(), Map.of(), id, MissingKey.LEGACY, true)),
                TranslateSpec.NONE,
                writes,
                data,
                ShadowSpec.DEFAULTS,
                CompareSpec.DEFAULTS,
                new RampSpec(
                        List.of(
                                new Step.ToCohort("internal"),
                                new Step.ToShare(new Ramp(100)),
                                new Step.ToShare(new Ramp(5_000)),
                                new Step.ToShare(Ramp.FULL)),
                        Duration.ofSeconds(10)),
                List.of(new CohortSpec(
                        "internal", new EntitySource(EntitySource.Kind.HEADER, "X-Account"), Set.of("acme"))),
                Set.of(),
                deny,
                LimitsSpec.DEFAULTS,
                new GatesSpec(
                        BURN_IN,
                        WINDOW,
                        0,
                        0.01,
                        100,
                        1.5,
                        Duration.ofMillis(5),
                        0.02,
                        Duration.ofSeconds(30),
                        Duration.ofDays(7),
                        Duration.ofSeconds(120),
                        Duration.ofSeconds(2),
                        onFail,
                        Map.of()));
    }

    void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    SliceState state() {
        return state(ORDERS);
    }

    SliceState state(SliceName slice) {
        return plane.queries().slice(slice).orElseThrow().state();
    }

    CommandResult advance() {
        return plane.execute(new Command.Advance(ORDERS, Optional.empty(), Optional.empty(), false), operator());
    }

    CommandResult advance(Phase to) {
        return plane.execute(new Command.Advance(ORDERS, Optional.of(to), Optional.empty(), false), operator());
    }

    /** Skips gates with everything that needs. */
    CommandResult force() {
        return plane.execute(
                new Command.Advance(ORDERS, Optional.empty(), Optional.empty(), true),
                issue(Set.of(Role.APPROVER), "test", Optional.of("a-1")));
    }

    CommandResult operator(Command command) {
        return plane.execute(command, operator());
    }

    CommandResult approved(Command command) {
        return plane.execute(command, issue(Set.of(Role.OPERATOR), "test", Optional.of("a-1")));
    }

    Issue operator() {
        return issue(Set.of(Role.OPERATOR), "test", Optional.empty());
    }

    Issue issue(Set<Role> roles, String reason, Optional<String> approval) {
        return new Issue("ada", roles, now.get(), reason, Optional.empty(), approval);
    }

    Issue expecting(Epoch epoch) {
        return new Issue("ada", Set.of(Role.OPERATOR), now.get(), "test", Optional.of(epoch), Optional.empty());
    }

    /** Goes forward, skipping gates, until the slice stands in the phase, at the given place of its ramp. */
    void walkTo(Phase phase, Ramp ramp) {
        for (int steps = 0; steps < 40; steps++) {
            if (state().phase() == phase && state().ramp().compareTo(ramp) >= 0) {
                data.end(Data.Kind.BACKFILL, Data.State.DONE, 0);
                data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
                plane.tick();
                return;
            }
            data.end(Data.Kind.BACKFILL, Data.State.DONE, 0);
            data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            pass(Duration.ofSeconds(1));
            CommandResult result = force();
            if (!(result instanceof CommandResult.Done)) {
                throw new AssertionError(result.message());
            }
        }
        throw new AssertionError("never came to " + phase);
    }

    GateReading gate(GateName name, Phase entering) {
        return plane.queries().gates(ORDERS).orElseThrow().entering().stream()
                .filter(reading -> reading.gate() == name)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no gate " + name + " guards the way to " + entering));
    }

    /** Some seconds of traffic, one interval each. */
    void traffic(int seconds, Load load) {
        for (int i = 0; i < seconds; i++) {
            Instant from = now.get();
            pass(Duration.ofSeconds(1));
            plane.measurements().record(load.interval(ORDERS, from, now.get()));
        }
    }

    /** What each second of traffic looks like. */
    record Load(
            int legacy, int modern, int shadowed, long legacyMicros, long modernMicros, int errors, int differences) {

        /** While legacy serves everything and modern is mirrored. */
        static Load mirrored() {
            return new Load(0, 0, 100, 1_000, 1_000, 0, 0).withLegacy(100);
        }

        /** While modern serves everything. */
        static Load crossed() {
            return new Load(0, 100, 100, 1_000, 1_000, 0, 0);
        }

        Load withLegacy(int count) {
            return new Load(count, modern, shadowed, legacyMicros, modernMicros, errors, differences);
        }

        Load slow(long micros) {
            return new Load(legacy, modern, shadowed, legacyMicros, micros, errors, differences);
        }

        Load failing(int count) {
            return new Load(legacy, modern, shadowed, legacyMicros, modernMicros, count, differences);
        }

        Load differing(int count) {
            return new Load(legacy, modern, shadowed, legacyMicros, modernMicros, errors, count);
        }

        Interval interval(SliceName slice, Instant from, Instant to) {
            boolean modernServes = modern > 0;
            return new Interval(
                    slice,
                    from,
                    to,
                    Map.of(
                            Side.LEGACY, side(legacy, legacyMicros, 0),
                            Side.MODERN, side(modern, modernMicros, modernServes ? errors : 0)),
                    modernServes
                            ? Map.of(Side.LEGACY, side(shadowed, legacyMicros, 0))
                            : Map.of(Side.MODERN, side(shadowed, modernMicros, errors)),
                    0,
                    Map.of("match", (long) shadowed - differences, "difference", (long) differences),
                    Map.of());
        }

        private static OfSide side(int count, long micros, int errors) {
            Histogram latency = new Histogram(3);
            for (int i = 0; i < count; i++) {
                latency.recordValue(micros + i % 7);
            }
            return new OfSide(count, 0, errors, latency);
        }
    }

    static EntityKey key(String value) {
        return new EntityKey(value);
    }

    @Override
    public void close() {
        plane.close();
        db.close();
    }
}
