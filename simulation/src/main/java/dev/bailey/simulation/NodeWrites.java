package dev.bailey.simulation;

import dev.bailey.control.handover.Writes;
import dev.bailey.gateway.dualwrite.GapDelivery;
import dev.bailey.gateway.dualwrite.WriteControl;
import dev.bailey.journal.JournalStats;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The write path as a handover sees it; the invariants hear of hold, quiet and release. */
final class NodeWrites implements Writes {

    private final World world;
    private final Node node;
    private final boolean isAlone;
    private @Nullable SliceState prepared;

    /** @param isAlone whether its quiet is everybody's */
    NodeWrites(World world, Node node, boolean isAlone) {
        this.world = world;
        this.node = node;
        this.isAlone = isAlone;
    }

    private WriteControl writes() {
        return node.writes();
    }

    @Override
    public void hold(SliceState next) {
        prepared = next;
        world.machine().say(node.name() + " holds for " + next.phase() + " " + next.ramp());
        writes().hold(next);
    }

    @Override
    public boolean awaitQuiet(SliceName slice, Duration atMost) throws InterruptedException {
        boolean quiet = writes().awaitQuiet(slice, atMost);
        if (quiet && isAlone) {
            world.tell(invariant -> invariant.quiet(node, Objects.requireNonNull(prepared)));
        }
        return quiet;
    }

    @Override
    public boolean awaitFence(SliceName slice, Duration atMost) throws InterruptedException {
        return writes().awaitFence(slice, atMost);
    }

    @Override
    public void release(SliceName slice) {
        world.tell(invariant -> invariant.released(node));
        world.machine().say(node.name() + " releases " + writes().held(slice));
        writes().release(slice);
    }

    @Override
    public int held(SliceName slice) {
        return writes().held(slice);
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return writes().recentKeys(slice, since, limit);
    }

    @Override
    public boolean awaitOlderWrites(SliceName slice, Duration atMost) throws InterruptedException {
        return writes().awaitOlderWrites(slice, atMost);
    }

    @Override
    public boolean retry(RecordId id) {
        return writes().retry(id);
    }

    @Override
    public int unpark(SliceName slice, EntityKey entity) {
        return writes().unpark(slice, entity);
    }

    @Override
    public Backlog backlog(SliceName slice) {
        JournalStats stats = node.journal().stats(slice);
        Duration oldest = stats.oldestUndelivered()
                .map(since -> Duration.between(since, node.life().instant()))
                .orElse(Duration.ZERO);
        return new Backlog(stats.undelivered(), stats.unknown(), stats.parked(), stats.gap(), oldest);
    }

    @Override
    public long deliverGap(SliceName slice, Duration atMost, LongConsumer left) throws InterruptedException {
        GapDelivery carried = writes().deliverGap(slice, Side.MODERN, atMost, left);
        world.machine().say(node.name() + " gap: " + carried);
        return switch (carried) {
            case GapDelivery.Carried _, GapDelivery.StillGrowing _ ->
                node.journal().stats(slice).gap();
            case GapDelivery.OutOfTime _ ->
                Math.max(1, node.journal().stats(slice).gap());
            case GapDelivery.Refused refused -> throw new IllegalStateException(refused.reason());
            case GapDelivery.Unavailable unavailable -> throw new IllegalStateException(unavailable.reason());
        };
    }
}
