package dev.bailey.gateway.dualwrite;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.SliceSpec;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that the write path knows of one slice, for as long as it runs. */
final class SliceWrites {

    private static final int RECENT_ENTITIES = 100_000;

    final SliceName name;
    final SliceGate gate;
    final SlicePending pending;
    final RecentDeliveries recent = new RecentDeliveries(RECENT_ENTITIES);
    private final Supplier<Snapshot> current;
    private final Sight sight;
    private final Map<Side, FollowerQueue> followers = new EnumMap<>(Side.class);

    SliceWrites(
            SliceName name,
            Supplier<Snapshot> current,
            Scheduler scheduler,
            Sight sight,
            Function<SliceWrites, FollowerQueue> queues) {
        this.name = name;
        this.gate = new SliceGate(scheduler);
        this.pending = new SlicePending(name, scheduler, sight);
        this.sight = sight;
        this.current = current;
        for (Side side : Side.values()) {
            followers.put(side, queues.apply(this));
        }
    }

    /** The slice as the migration declares it now; null when it does not any more. */
    @Nullable
    SliceSpec spec() {
        return current.get().spec().slice(name).orElse(null);
    }

    /** Whether the follower may still lack entities, because the backfill is not over: then a refusal says nothing about the write. */
    boolean isBeingFilled() {
        Snapshot snapshot = current.get();
        return snapshot.spec().slice(name).isPresent()
                && snapshot.state(name).phase().isBefore(Phase.RECONCILE);
    }

    /** What stood before the next write of the entity is gone: only where others write is there a next one. */
    void nextOf(@Nullable EntityKey entity) {
        if (sight.isShared() && entity != null) {
            deliver(pending.queue(entity));
        }
    }

    /** There may be something to deliver for the entity. */
    void deliver(@Nullable EntityQueue queue) {
        FollowerQueue followers = queue == null ? null : follower(queue);
        if (queue != null && followers != null) {
            followers.offer(queue);
        }
    }

    /** The same, at once: pauses after failures are cut short. */
    void deliverNow(@Nullable EntityQueue queue) {
        FollowerQueue followers = queue == null ? null : follower(queue);
        if (queue != null && followers != null) {
            followers.resume(queue);
        }
    }

    private @Nullable FollowerQueue follower(EntityQueue queue) {
        PendingWrite head = pending.<@Nullable PendingWrite>with(queue, EntityQueue::head);
        return head == null || head.follower == null ? null : followers.get(head.follower);
    }
}
