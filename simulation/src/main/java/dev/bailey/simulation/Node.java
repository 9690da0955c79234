package dev.bailey.simulation;

import dev.bailey.control.handover.Handover;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Pending;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Transition;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** One life of a gateway process: everything it is made of, opened in the order the real one opens it. */
final class Node {

    private static final SqliteJournalSettings JOURNAL =
            SqliteJournalSettings.defaults().withUndeliveredPerSlice(60);
    private static final Duration RECENT = Duration.ofSeconds(2);

    private final World world;
    private final Life life;
    private final String name;
    private final CheckedJournal journal;
    private final DualWrite writes;
    private final KeyedWrites entrance;
    private final Refresh refresh;
    private final SliceRecords records;
    private final Handover handover;
    private Snapshot current;

    private Node(World world, Life life, String name) {
        this.world = world;
        this.life = life;
        this.name = name;
        this.current = Snapshot.of(world.spec(), List.of());
        GroupJournal opened = world.disk().open(JOURNAL, life, life.threads(), this::flush);
        this.journal = new CheckedJournal(world, opened);
        NodeExclusion exclusion = new NodeExclusion();
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
        this.handover = new Handover(
                records,
                new NodeWrites(world, this),
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
    static Node open(World world, Life life, String name) {
        return new Node(world, life, name);
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

    Transition transition(SliceState from, SliceState to, String command) {
        return transition(life, from, to, command);
    }

    static Transition transition(InstantSource clock, SliceState from, SliceState to, String command) {
        return new Transition(
                0,
                World.SLICE,
                clock.instant(),
                "operator",
                "simulated",
                command,
                from,
                to,
                true,
                false,
                Optional.empty(),
                List.of(),
                Map.of(),
                "");
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

    String name() {
        return name;
    }

    Life life() {
        return life;
    }

    CheckedJournal journal() {
        return journal;
    }

    /** Where writes come in. */
    WritePath entrance() {
        return entrance;
    }

    DualWrite writes() {
        return writes;
    }

    Refresh refresh() {
        return refresh;
    }

    SliceRecords records() {
        return records;
    }

    Handover handover() {
        return handover;
    }

    /** Nothing is left to deliver or to find out. */
    boolean isQuiet() {
        var stats = journal.stats(World.SLICE);
        return stats.undelivered() == 0 && stats.parked() == 0 && stats.gap() == 0;
    }
}
