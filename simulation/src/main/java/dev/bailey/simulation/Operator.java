package dev.bailey.simulation;

import dev.bailey.control.handover.HandoverResult;
import dev.bailey.control.state.Debts;
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

    private static final Duration PATIENCE = Duration.ofSeconds(60);

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
            for (int i = 0; i < world.choices().handovers(); i++) {
                world.life().sleep(Duration.ofNanos(world.random().nextLong(world.millis(800))));
                Node node = world.node();
                if (node != null && !node.life().isOver() && gatesPass(node)) {
                    onNode(node, () -> handover(node));
                }
            }
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            done = true;
        }
    }

    private boolean gatesPass(Node node) {
        return world.debts().isEmpty() && node.journal().stats(World.SLICE).parked() == 0;
    }

    /** Runs work on a thread of the node, and waits for its end or the node's. */
    private void onNode(Node node, Runnable work) throws InterruptedException {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        node.life().start(() -> {
            try {
                work.run();
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
            case HandoverResult.Stale _ -> "stale";
        };
    }

    /** Takes parked entities back into delivery. */
    void unpark(Node node) {
        List<JournalRecord.Head> parked = node.journal()
                .list(new JournalQuery(
                        Optional.of(World.SLICE), Set.of(RecordState.PARKED), Optional.empty(), Optional.empty(), 100));
        TreeSet<EntityKey> keys = new TreeSet<>();
        parked.forEach(head -> head.entity().ifPresent(keys::add));
        for (EntityKey key : keys) {
            world.machine().say("unparks " + key);
            node.life().start(() -> node.writes().unpark(World.SLICE, key));
        }
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
