package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Makes outcomes durable and lets go of what waits for them: the entity's lane, the slice's door, the client, the delivery.
 * The lane stays taken until the outcome is durable, so that a record of unknown fate is always its entity's last.
 */
final class Settlements {

    /**
     * Status of an applied outcome that nobody saw: the write may have been applied, or a refresh may have carried it, so
     * it must never be replayed.
     */
    static final int CARRIED_BY_REFRESH = 0;

    private final Durably durably;
    private final Scheduler scheduler;
    private final WriteMeters meters;

    Settlements(Durably durably, Scheduler scheduler, WriteMeters meters) {
        this.durably = durably;
        this.scheduler = scheduler;
        this.meters = meters;
    }

    /**
     * The authority took it (or may have, once that cannot change any more: status {@link #CARRIED_BY_REFRESH}). Completes
     * when that is durable.
     */
    CompletableFuture<Boolean> applied(SliceWrites slice, PendingWrite write, Turn turn, Outcome.Applied outcome) {
        EntityKey entity =
                write.entity != null ? write.entity : outcome.entity().orElse(null);
        boolean byRefresh = slice.pending.settled(write, entity);
        Outcome.Applied kept = new Outcome.Applied(
                byRefresh ? CARRIED_BY_REFRESH : outcome.status(),
                Optional.ofNullable(entity),
                outcome.headers(),
                outcome.body());
        return durably.outcome(write.id, kept).thenApply(durable -> {
            EntityQueue queue = slice.pending.applied(write);
            turn.end();
            slice.deliver(queue);
            return durable;
        });
    }

    /** The authority refused it, or it was never sent. Completes when that is durable. */
    CompletableFuture<Boolean> rejected(SliceWrites slice, PendingWrite write, Turn turn, Outcome.Rejected outcome) {
        return durably.outcome(write.id, outcome).thenApply(durable -> {
            slice.pending.remove(List.of(write));
            turn.end();
            slice.nextOf(write.entity);
            return durable;
        });
    }

    /** When the client may be told of an applied write. */
    CompletionStage<Settled> acknowledged(PendingWrite write, @Nullable WritesSpec writes) {
        if (writes == null || writes.ack() == WritesSpec.Ack.ASYNC || write.isGap()) {
            return CompletableFuture.completedFuture(Settled.ACKNOWLEDGED);
        }
        Duration limit = writes.ackLimit();
        return scheduler.orElseAfter(write.delivered, false, limit).thenApply(both -> {
            meters.acknowledged(write.slice, both);
            return both ? Settled.BOTH : Settled.NOT_BOTH;
        });
    }
}
