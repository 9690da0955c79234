package dev.bailey.simulation;

import dev.bailey.control.state.Debts;
import dev.bailey.control.state.StateDb;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.sqlite.SimulatedDisk;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.route.WriteAuthority;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.write.RecordId;
import dev.bailey.simulation.Write.Kind;
import dev.bailey.simulation.Write.Told;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything there is besides the gateway's processes: time, chance, disk, network, services, and what is true. */
final class World {

    static final SliceName SLICE = new SliceName("items");

    private final Choices choices;
    private final Machine machine;
    private final Life life;
    private final Faults faults;
    private final SplittableRandom random;
    private final Network network = new Network(this);
    private final Map<Side, Service> services = new EnumMap<>(Side.class);
    private final Truth truth = new Truth();
    private final Map<String, Write> writes = new HashMap<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final Set<String> forgotten = new HashSet<>();
    private final Map<String, Side> firstSides = new HashMap<>();
    private final MigrationSpec spec;
    private final SimulatedDisk disk;
    private final StateDb state;
    private final List<Invariant> invariants;
    private final Counts counts = new Counts();
    private final @Nullable Crewing crewing;
    private final @Nullable CrewFaults crewFaults;
    private final Spans spans = new Spans();
    private SliceState inForce;
    private boolean sawGap;
    private @Nullable Node node;
    private @Nullable Violation violation;
    private int underWay;
    private int records;

    World(long seed, SimulatedDisk disk, StateDb state) {
        this(seed, disk, state, null);
    }

    /** One of several nodes. */
    World(long seed, Crewing crewing) {
        this(seed, SimulatedDisk.inMemory(), null, crewing);
    }

    private World(long seed, SimulatedDisk disk, @Nullable StateDb state, @Nullable Crewing crewing) {
        SplittableRandom seeds = new SplittableRandom(seed);
        Choices drawn = Choices.draw(seeds.split());
        this.choices = crewing == null ? drawn : drawn.amongNodes();
        this.crewing = crewing;
        this.machine = new Machine(seeds.split(), choices.yieldPercent());
        this.life = new Life(machine, "world");
        this.faults = new Faults(machine, seeds.split());
        this.random = seeds.split();
        this.disk = disk;
        for (Side side : Side.values()) {
            services.put(side, new Service(side, choices.isKeyed()));
        }
        this.spec = Migration.of(SLICE, choices);
        this.inForce = SliceState.first(SLICE);
        this.state = crewing == null ? Objects.requireNonNull(state) : crewing.observed(this);
        this.crewFaults = crewing == null ? null : new CrewFaults(this, seeds.split());
        this.invariants = Invariants.of(this);
        machine.say("seed " + seed + ": " + choices);
    }

    Choices choices() {
        return choices;
    }

    Machine machine() {
        return machine;
    }

    Life life() {
        return life;
    }

    Faults faults() {
        return faults;
    }

    SplittableRandom random() {
        return random;
    }

    Network network() {
        return network;
    }

    Service service(Side side) {
        return Objects.requireNonNull(services.get(side));
    }

    Counts counts() {
        return counts;
    }

    Truth truth() {
        return truth;
    }

    MigrationSpec spec() {
        return spec;
    }

    SliceSpec slice() {
        return spec.slices().getFirst();
    }

    SimulatedDisk disk() {
        return disk;
    }

    StateDb state() {
        return state;
    }

    List<Debts.Debt> debts() {
        List<Debts.Debt> open = new ArrayList<>(new Debts(state).open(SLICE));
        if (isCrew()) {
            open.addAll(crewing().waiting());
        }
        return open;
    }

    boolean isCrew() {
        return crewing != null;
    }

    Crewing crewing() {
        return Objects.requireNonNull(crewing);
    }

    CrewFaults crewFaults() {
        return Objects.requireNonNull(crewFaults);
    }

    /** What the disk holds of a record. */
    Optional<JournalRecord> holds(RecordId id) {
        return crewing == null ? disk.holds(id) : crewing.journals().holds(id);
    }

    /** The one that decides. */
    @Nullable
    Node node() {
        if (crewing == null) {
            return node;
        }
        Node leader = crewing.leader();
        return leader instanceof CrewNode crewed && crewed.decides() ? leader : null;
    }

    /** One that takes writes. */
    @Nullable
    Node serving() {
        if (crewing == null) {
            return node;
        }
        List<Node> nodes = crewing.serving();
        return nodes.isEmpty() ? null : nodes.get(random.nextInt(nodes.size()));
    }

    /** When each write began and was answered. */
    Spans spans() {
        return spans;
    }

    /** How long a client waits before its next write, at most. */
    long pace() {
        return crewing != null && random.nextInt(4) == 0 ? millis(2_500) : millis(60);
    }

    void node(@Nullable Node next) {
        node = next;
    }

    /** Whether every write there is was, or is, to be carried to the other side. */
    boolean isCarriedSinceEver() {
        return choices.phase() != Phase.LEGACY_ONLY && !sawGap;
    }

    int held() {
        if (crewing != null) {
            return crewing.nodes().stream()
                    .mapToInt(each -> each.writes().held(SLICE))
                    .sum();
        }
        Node running = node;
        return running == null ? 0 : running.writes().held(SLICE);
    }

    long millis(long millis) {
        return millis * 1_000_000;
    }

    int nextRecord() {
        return ++records;
    }

    /** Messages on their way to a service. */
    int underWay() {
        return underWay;
    }

    void underWay(int more) {
        underWay += more;
    }

    void begins(Write write) {
        writes.put(write.tag(), write);
    }

    Write write(String tag) {
        return Objects.requireNonNull(writes.get(tag));
    }

    Side firstSide(Write write) {
        return Objects.requireNonNull(firstSides.get(write.tag()));
    }

    /** The side that has authority over an entity, by the record in force. */
    Side authority(String entity) {
        return WriteAuthority.of(slice(), inForce, new EntityKey(entity));
    }

    /** The side a write goes to, by the record in force. */
    Side side(Write write) {
        return side(write, inForce);
    }

    Side side(Write write, SliceState under) {
        RequestFacts facts = new Facts(write);
        return Router.decide(under, match(write), facts).side();
    }

    RouteMatch match(Write write) {
        return Objects.requireNonNull(Router.match(Snapshot.of(spec, List.of()), new Facts(write)));
    }

    void applied(Side side, String tag, String entity) {
        Write write = write(tag);
        boolean first = truth.took(write, entity);
        if (first) {
            firstSides.put(tag, side);
        }
        tell(invariant -> invariant.applied(side, write, entity, first));
    }

    void answered(String tag, Service.Answer answer) {
        tell(invariant -> invariant.answered(write(tag), answer));
    }

    void told(Write write, Told told) {
        if (told instanceof Told.Done && acknowledged.add(write.tag())) {
            counts.acknowledged++;
        }
    }

    /** Whether the gateway keeps the key of a write. */
    boolean isKept(Write write) {
        return choices.writes().keptKeys().isPresent() && write.key().isPresent();
    }

    /** Whether a create of which nobody was told was removed again. */
    boolean isForgotten(Write write) {
        return forgotten.contains(write.tag());
    }

    /** All that were ever begun. */
    List<Write> writes() {
        return writes.values().stream().sorted(Comparator.comparing(Write::tag)).toList();
    }

    void refreshed(Side side, String entity) {
        Write only = writes.get(truth.items().getOrDefault(entity, ""));
        boolean nobodyHasIt = service(Side.LEGACY).item(entity) == null
                && service(Side.MODERN).item(entity) == null;
        if (nobodyHasIt && only != null && only.kind() == Kind.CREATE && !acknowledged.contains(only.tag())) {
            truth.forget(entity);
            forgotten.add(only.tag());
        }
        tell(invariant -> invariant.refreshed(side, entity));
    }

    void published(SliceState next) {
        SliceState before = inForce;
        if (next.epoch().compareTo(before.epoch()) > 0) {
            machine.say("in force: " + next.phase() + " " + next.ramp() + " epoch " + next.epoch());
            inForce = next;
            sawGap |= next.phase() == Phase.LEGACY_OFF;
            tell(invariant -> invariant.published(before, next));
        }
    }

    void tell(Consumer<Invariant> event) {
        invariants.forEach(event);
    }

    void broken(String invariant, String message) {
        if (violation == null) {
            machine.say("BROKEN " + invariant + ": " + message);
            violation = new Violation(invariant, message);
        }
    }

    @Nullable
    Violation violation() {
        return violation;
    }

    /** A write as the router sees it. */
    record Facts(Write write) implements RequestFacts {
        @Override
        public String method() {
            return write.method();
        }

        @Override
        public String path() {
            return write.target();
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }
    }
}
