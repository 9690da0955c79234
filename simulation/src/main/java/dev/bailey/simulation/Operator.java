package dev.bailey.simulation;

import dev.bailey.control.handover.HandoverResult;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.StateException;
import dev.bailey.control.state.Transition;
import dev.bailey.datasync.refresh.Copied;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.write.RecordState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Whoever runs the migration: hands authority over and back, frees what is parked, and sees that debts are paid. */
final class Operator {

    /** About a minute: a node that is waited for may stand still first, and start again on its own data folder then. */
    private static final int MOST_TRIES = 600;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final World world;
    private boolean done;

    Operator(World world) {
        this.world = world;
    }

    boolean isDone() {
        return done;
    }

    void run() {
        try {
            for (int i = 0; i < world.choices().moves(); i++) {
                world.life()
                        .sleep(Duration.ofNanos(world.random().nextLong(world.millis(world.isCrew() ? 2_500 : 800))));
                Node node = world.node();
                if (node != null && !node.life().isOver()) {
                    move(node);
                }
            }
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            done = true;
        }
    }

    private void move(Node node) throws InterruptedException {
        SliceState now = node.records().standing(World.SLICE).state();
        if (now.phase() == Phase.LEGACY_ONLY) {
            onNode(node, () -> route(node, now, Phase.DUAL_WRITE, Ramp.NONE));
        } else if (now.phase() == Phase.LEGACY_OFF) {
            onNode(node, () -> comeBack(node, now));
        } else if (now.phase() != Phase.DUAL_WRITE && gatesPass(node)) {
            boolean isAcross = now.phase() == Phase.WRITE_CUTOVER && now.ramp().isFull();
            onNode(node, () -> {
                if (isAcross && world.random().nextBoolean()) {
                    route(node, now, Phase.LEGACY_OFF, Ramp.NONE);
                } else {
                    handover(node);
                }
            });
        }
    }

    /** A step by routing alone: what was begun before must have ended, or the slice owes a reconcile. */
    private void route(Node node, SliceState from, Phase phase, Ramp ramp) {
        SliceState to = new SliceState(World.SLICE, phase, ramp, Set.of(), from.epoch());
        if (node.records().move(node.transition(from, to, "advance")).isEmpty()) {
            return;
        }
        try {
            if (node.allWrites().awaitOlderWrites(World.SLICE, PATIENCE.dividedBy(2))) {
                return;
            }
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
        new Debts(world.state()).owe(World.SLICE, node.life().instant(), "writes begun before " + phase);
    }

    private void comeBack(Node node, SliceState from) {
        SliceState to =
                new SliceState(World.SLICE, Phase.WRITE_CUTOVER, new Ramp(Ramp.BUCKETS), Set.of(), from.epoch());
        HandoverResult result =
                node.handover().runWithGap(world.slice(), node.transition(from, to, "back"), 5, 3, _ -> {});
        world.counts().handover(result instanceof HandoverResult.Committed);
        world.machine().say("back to " + to.phase() + ": " + told(result));
    }

    /** Ends what was begun: a slice that has begun to be carried is copied, one that keeps a gap gets it replayed. */
    void settle() throws InterruptedException {
        int tries = 0;
        while (true) {
            Node node = world.node();
            if (node == null || node.life().isOver()) {
                world.life().sleep(Duration.ofMillis(50));
                continue;
            }
            Phase phase = node.records().standing(World.SLICE).state().phase();
            if (phase != Phase.LEGACY_ONLY && phase != Phase.LEGACY_OFF) {
                break;
            }
            if (++tries > MOST_TRIES) {
                world.broken("TheWayBackIsOpen", "the slice stays in " + phase + " after " + tries + " tries");
                return;
            }
            move(node);
            world.life().sleep(Duration.ofMillis(100));
        }
        if (world.choices().phase() == Phase.LEGACY_ONLY) {
            // The backfill: after nothing can land any more that was begun before writes were carried.
            world.life().sleep(Choices.TIMEOUT.multipliedBy(4));
            new Debts(world.state()).owe(World.SLICE, world.life().instant(), "the backfill");
        }
    }

    private boolean gatesPass(Node node) {
        return world.debts().isEmpty() && node.journal().stats(World.SLICE).parked() == 0;
    }

    /** Runs work on a thread of the node, and waits for its end or the node's. */
    private void onNode(Node node, Runnable work) throws InterruptedException {
        if (node.life().isOver()) {
            return;
        }
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        node.life().start(() -> {
            try {
                work.run();
            } catch (StateException away) {
                world.machine().say("the command failed: " + away.getMessage());
            } finally {
                ended.complete(true);
            }
        });
        node.life().onDeath(() -> ended.complete(true));
        if (world.life().await(ended, PATIENCE).isEmpty()) {
            world.broken(
                    "EveryHandoverEnds", "an operator's command has not ended after " + PATIENCE.toSeconds() + " s");
        }
    }

    private void handover(Node node) {
        SliceState from = node.records().standing(World.SLICE).state();
        int quarters = world.random().nextInt(5);
        SliceState to = quarters == 0
                ? new SliceState(World.SLICE, Phase.READ_CUTOVER, new Ramp(Ramp.BUCKETS), Set.of(), from.epoch())
                : new SliceState(
                        World.SLICE,
                        Phase.WRITE_CUTOVER,
                        new Ramp(Ramp.BUCKETS / 4 * quarters),
                        Set.of(),
                        from.epoch());
        Transition draft = node.transition(from, to, "handover");
        HandoverResult result = node.handover().run(world.slice(), draft);
        world.counts().handover(result instanceof HandoverResult.Committed);
        world.machine().say("handover to " + to.phase() + " " + to.ramp() + ": " + told(result));
    }

    private static String told(HandoverResult result) {
        return switch (result) {
            case HandoverResult.Committed _ -> "committed";
            case HandoverResult.Aborted aborted -> "aborted, " + aborted.why();
            case HandoverResult.Unsettled unsettled -> "not settled, " + unsettled.why();
            case HandoverResult.Stale _ -> "stale";
        };
    }

    /** Takes parked entities back into delivery. */
    void unpark(Node node) throws InterruptedException {
        onNode(node, () -> {
            List<JournalRecord.Head> parked = node.journal()
                    .list(new JournalQuery(
                            Optional.of(World.SLICE),
                            Set.of(RecordState.PARKED),
                            Optional.empty(),
                            Optional.empty(),
                            100));
            TreeSet<EntityKey> keys = new TreeSet<>();
            parked.forEach(head -> head.entity().ifPresent(keys::add));
            for (EntityKey key : keys) {
                world.machine().say("unparks " + key);
                node.life().start(() -> node.writes().unpark(World.SLICE, key));
            }
        });
    }

    /** Holds both stores against each other, and refreshes what differs from its authority. */
    void reconcile(Node node) throws InterruptedException {
        onNode(node, () -> {
            Instant begun = node.life().instant();
            TreeSet<EntityKey> keys = new TreeSet<>();
            for (Side side : Side.values()) {
                world.service(side).items().keySet().forEach(key -> keys.add(new EntityKey(key)));
            }
            try {
                Map<Side, List<EntityKey>> differing = new TreeMap<>();
                for (EntityKey key : node.refresh().differing(keys)) {
                    differing
                            .computeIfAbsent(world.authority(key.value()), _ -> new ArrayList<>())
                            .add(key);
                }
                for (Map.Entry<Side, List<EntityKey>> side : differing.entrySet()) {
                    Copied copied = node.refresh().copy(side.getKey(), side.getValue());
                    world.machine()
                            .say("reconcile repairs " + copied.written().size() + " and removes "
                                    + copied.deleted().size());
                }
                new Debts(world.state())
                        .reconciled(World.SLICE, begun, node.life().instant());
            } catch (StoreException e) {
                world.machine().say("reconcile failed: " + e.getMessage());
            }
        });
    }
}
