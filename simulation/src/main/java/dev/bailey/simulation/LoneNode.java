package dev.bailey.simulation;

import dev.bailey.control.handover.Handover;
import dev.bailey.control.handover.Writes;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.gateway.dualwrite.DualWriteConfig;
import dev.bailey.gateway.dualwrite.KeyedWrites;
import dev.bailey.gateway.dualwrite.WriteLease;
import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.sqlite.SimulatedDisk;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.write.RecordId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/** One life of a gateway process that has its store to itself: everything it is made of, opened in the order the real one opens it. */
final class LoneNode implements Node {

    private static final SqliteJournalSettings JOURNAL =
            SqliteJournalSettings.defaults().withUndeliveredPerSlice(60);

    private final World world;
    private final Life life;
    private final String name;
    private final CheckedJournal journal;
    private final DualWrite writes;
    private final KeyedWrites entrance;
    private final Refresh refresh;
    private final SliceRecords records;
    private final Handover handover;
    private final NodeWrites allWrites;
    private Snapshot current;

    private LoneNode(World world, Life life, String name) {
        this.world = world;
        this.life = life;
        this.name = name;
        this.current = Snapshot.of(world.spec(), List.of());
        GroupJournal opened = world.disk().open(JOURNAL, life, life.threads(), this::flush);
        this.journal = new CheckedJournal(world, opened);
        NodeExclusion exclusion = new NodeExclusion(() -> true);
        this.refresh = new Refresh(
                new StorePair(
                        World.SLICE,
                        new ServiceStore(world, life, world.service(Side.LEGACY)),
                        new ServiceStore(world, life, world.service(Side.MODERN))),
                exclusion);
        this.writes = DualWrite.open(
                new DualWriteConfig(
                        this::current,
                        journal,
                        world.network().client(life, "deliver"),
                        new MintedKeys(),
                        new NodeRefresher(refresh),
                        this::oweReconcile,
                        world.spec().gateway(),
                        () -> new RecordId("r" + world.nextRecord()),
                        life,
                        new SplittableRandom(world.random().nextLong()),
                        WriteLease.FOR_EVER,
                        new SimpleMeterRegistry()),
                life);
        this.entrance = new KeyedWrites(
                writes, opened.keys(), journal, () -> new RecordId("k" + world.nextRecord()), life, life);
        exclusion.open(writes);
        this.records = new SliceRecords(world.state(), this::publish);
        this.allWrites = new NodeWrites(world, this, true);
        this.handover = new Handover(
                records,
                allWrites,
                new NodeStores(refresh),
                new Debts(world.state()),
                new Divergences(world.state()),
                life,
                life,
                RECENT,
                1_000);
        stand();
    }

    /** Opens all on a thread of the life, which may end meanwhile. */
    static LoneNode open(World world, Life life, String name) {
        return new LoneNode(world, life, name);
    }

    /** Takes the routing record from the state file; a handover that was broken off is taken back. */
    private void stand() {
        records.load(List.of(World.SLICE), life.instant());
        for (Pending pending : records.pending(World.SLICE)) {
            world.machine()
                    .say(name + " takes the handover to " + pending.prepared().ramp() + " back");
            records.abort(pending, transition(pending.from(), pending.from(), "abort"));
        }
    }

    private Snapshot current() {
        world.machine().mayYield();
        return current;
    }

    /** The routing record takes effect here. The process may die between the disk's word and the network's. */
    private void publish(SliceState state) {
        world.faults().mayDie(life, world.choices().dieAt(), "before it publishes " + state.epoch());
        current = current.with(state);
        world.published(state);
        world.machine().mayYield();
    }

    private void flush(SimulatedDisk.Commit commit) throws SQLException {
        Faults faults = world.faults();
        Choices choices = world.choices();
        faults.mayDie(life, choices.dieAt(), "before a flush");
        life.sleepOn(faults.between(world.millis(1) / 10, world.millis(10)));
        if (faults.happens(choices.diskFull())) {
            throw SimulatedDisk.full();
        }
        boolean fails = faults.happens(choices.diskFails());
        if (fails && faults.next(2) == 0) {
            world.machine().say(name + ": the disk fails");
            throw SimulatedDisk.broken();
        }
        commit.run();
        faults.mayDie(life, choices.dieAt(), "after a flush");
        if (fails) {
            world.machine().say(name + ": the disk fails after it wrote");
            throw SimulatedDisk.broken();
        }
    }

    private boolean oweReconcile(SliceName slice, Instant since, String reason) {
        Faults faults = world.faults();
        faults.mayDie(life, world.choices().dieAt(), "before it owes a reconcile");
        if (faults.happens(world.choices().diskFails())) {
            return false;
        }
        new Debts(world.state()).owe(slice, since, reason);
        world.machine().say(name + " owes a reconcile: " + reason);
        faults.mayDie(life, world.choices().dieAt(), "after it owes a reconcile");
        return true;
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
        return records;
    }

    @Override
    public Handover handover() {
        return handover;
    }

    @Override
    public Writes allWrites() {
        return allWrites;
    }

    @Override
    public boolean maySend() {
        return true;
    }

    @Override
    public boolean isLawful() {
        return true;
    }
}
