package dev.bailey.simulation;

import dev.bailey.app.wiring.CrewPlace;
import dev.bailey.control.handover.Handover;
import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.DebtDisk;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Fence;
import dev.bailey.control.state.NodeDebts;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.SimulatedStore;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.StateException;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.gateway.SnapshotHolder;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.gateway.dualwrite.DualWriteConfig;
import dev.bailey.gateway.dualwrite.KeyedWrites;
import dev.bailey.gateway.dualwrite.Sharing;
import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.sqlite.SharedJournals;
import dev.bailey.journal.sqlite.SimulatedDisk;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.write.RecordId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One life of a gateway process among others over a shared store, opened in the order the real one opens it. */
final class CrewNode implements Node {

    private static final GroupBounds BOUNDS = GroupBounds.defaults().withUndeliveredPerSlice(60);

    private static final Duration SETTLE_EVERY = Duration.ofMillis(500);

    private final World world;
    private final Life life;
    private final String name;
    private final CrewPlace place;
    private final StateDb state;
    private final NodeDebts ownDebts;
    private final Debts debts;
    private final SnapshotHolder snapshots;
    private final CheckedJournal journal;
    private final DualWrite writes;
    private final KeyedWrites entrance;
    private final Refresh refresh;
    private final GroupJournal opened;
    private @Nullable Decider decider;

    /** What a node has that leads. */
    private record Decider(SliceRecords records, Handover handover, Writes writes) {}

    private CrewNode(World world, Life life, String name, SimulatedStore store, DebtDisk disk, CrewPlace place) {
        this.world = world;
        this.life = life;
        this.name = name;
        this.place = place;
        world.crewing().lives(life, name);
        SharedJournals journals = world.crewing().journals();
        this.state = StateDb.open(store, place.leadFence());
        this.ownDebts = disk.opened(
                StateDb.open(store, Fence.none()),
                () -> "d" + world.nextRecord(),
                world.machine()::now,
                this::isLawful);
        this.debts = new Debts(state, ownDebts);
        this.opened = journals.open(
                new SharedJournals.Part(
                        store, place.origin(), place.fence().inSql()::check, life, life.threads(), this::flush),
                BOUNDS);
        this.journal = new CheckedJournal(world, opened);
        this.snapshots = new SnapshotHolder(Snapshot.of(world.spec(), stored()));
        NodeExclusion exclusion = new NodeExclusion(this::maySend);
        this.refresh = new Refresh(
                new StorePair(
                        World.SLICE,
                        new ServiceStore(world, life, world.service(Side.LEGACY)),
                        new ServiceStore(world, life, world.service(Side.MODERN))),
                exclusion);
        SideClient client = world.network().client(life, "deliver");
        this.writes = DualWrite.openAmongOthers(
                new DualWriteConfig(
                        this::current,
                        journal,
                        (side, request, timeout, most) -> {
                            String tag = Objects.requireNonNull(Service.header(request, Write.TAG));
                            Write write = world.write(tag);
                            if (world.side(write) != side) {
                                String entity = write.entity().orElse(null);
                                world.tell(invariant -> invariant.carried(life, side, entity, tag));
                            }
                            return client.send(side, request, timeout, most);
                        },
                        new MintedKeys(),
                        new NodeRefresher(refresh),
                        this::oweReconcile,
                        world.spec().gateway(),
                        () -> new RecordId("r" + world.nextRecord()),
                        life,
                        new SplittableRandom(world.random().nextLong()),
                        place.writeLease(),
                        new SimpleMeterRegistry()),
                life,
                new Sharing(place.origin(), journals.feed(store)));
        this.entrance = new KeyedWrites(
                writes, opened.keys(), journal, () -> new RecordId("k" + world.nextRecord()), life, life);
        exclusion.open(writes);
    }

    /** Joins the others, on a thread of the life, which may end meanwhile. */
    static CrewNode join(World world, Life life, String place, SimulatedStore store, DebtDisk disk)
            throws InterruptedException {
        CrewPlace joined = CrewPlace.join(
                store, world.spec(), place, Crewing.LENGTH, life.threads(), world.machine()::now, life::rest);
        joined.lost().thenAccept(why -> life.end(": " + why));
        CrewNode node = new CrewNode(world, life, joined.origin(), store, disk, joined);
        joined.serve(
                new CrewPlace.Parts(node.state, node.snapshots, node::publish, node.writes, node.debts, node.opened),
                node::lead);
        return node;
    }

    private List<SliceState> stored() {
        return new SliceRecords(state, _ -> {}).stored();
    }

    /** From here on it decides; a handover that was broken off is taken back. */
    private void lead() {
        world.machine().say(name + " leads");
        world.counts().leads++;
        world.crewing().leads(this);
        world.tell(invariant -> invariant.leads(this));
        SliceRecords records = new SliceRecords(state, this::publish);
        records.load(List.of(World.SLICE), life.instant());
        Writes all = new AllWrites(world, this, place.ofAll(new NodeWrites(world, this, false), this::current)).told();
        Handover handover = new Handover(
                records, all, new NodeStores(refresh), debts, new Divergences(state), life, life, RECENT, 1_000);
        for (Pending pending : records.pending(World.SLICE)) {
            world.machine()
                    .say(name + " takes the handover to " + pending.prepared().ramp() + " back");
            records.abort(pending, transition(pending.from(), pending.from(), "abort"));
        }
        Decider deciding = new Decider(records, handover, all);
        decider = deciding;
        life.start(() -> settle(deciding));
    }

    /** What the store has not answered is asked again, as the control plane does. */
    private void settle(Decider deciding) {
        try {
            while (true) {
                life.rest(SETTLE_EVERY);
                try {
                    deciding.records()
                            .settle()
                            .forEach(moved -> debts.owe(
                                    World.SLICE,
                                    life.instant(),
                                    "the step to " + moved.state().phase()));
                    deciding.handover().settle();
                } catch (StateException away) {
                    world.machine().say(name + " cannot settle yet");
                }
            }
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Snapshot current() {
        world.machine().mayYield();
        return snapshots.get();
    }

    private void publish(SliceState next) {
        world.faults().mayDie(life, world.choices().dieAt(), "before it publishes " + next.epoch());
        snapshots.set(snapshots.get().with(next));
        world.published(next);
        world.machine().mayYield();
    }

    private void flush(SimulatedDisk.Commit commit) throws SQLException {
        world.faults().mayDie(life, world.choices().dieAt(), "before a commit");
        commit.run();
        world.faults().mayDie(life, world.choices().dieAt(), "after a commit");
    }

    private boolean oweReconcile(SliceName slice, Instant since, String reason) {
        try {
            debts.owe(slice, since, reason);
        } catch (StateException away) {
            return false;
        }
        world.machine().say(name + " owes a reconcile: " + reason);
        world.faults().mayDie(life, world.choices().dieAt(), "after it owes a reconcile");
        return true;
    }

    /** Ends in order. */
    void leave(Duration drain) {
        try {
            life.rest(drain);
            place.leave(ownDebts::isClear);
            life.end("in order");
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    boolean decides() {
        return decider != null;
    }

    @Override
    public boolean isQuiet() {
        var stats = world.crewing().journals().counts(World.SLICE);
        return stats.undelivered() == 0 && stats.parked() == 0 && stats.gap() == 0;
    }

    private Decider decider() {
        return Objects.requireNonNull(decider);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Life life() {
        return life;
    }

    @Override
    public CheckedJournal journal() {
        return journal;
    }

    @Override
    public WritePath entrance() {
        return entrance;
    }

    @Override
    public DualWrite writes() {
        return writes;
    }

    @Override
    public Refresh refresh() {
        return refresh;
    }

    @Override
    public SliceRecords records() {
        return decider().records();
    }

    @Override
    public Handover handover() {
        return decider().handover();
    }

    @Override
    public Writes allWrites() {
        return decider().writes();
    }

    @Override
    public boolean maySend() {
        return place.writeLease().valid(DualWrite.leaseNeeded(world.spec())).isPresent();
    }

    @Override
    public boolean isLawful() {
        return place.writeLease().valid(Duration.ZERO).isPresent();
    }
}
