package dev.bailey.gateway;

import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.dualwrite.WriteRequest;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Admits by the current snapshot, on another thread, and keeps what it was told. */
final class FakeWritePath implements WritePath {

    final List<WriteRequest> admitted = new CopyOnWriteArrayList<>();
    final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    final Map<EntityKey, Side> ahead = new ConcurrentHashMap<>();
    final SnapshotHolder snapshots;
    volatile @Nullable Refused refusal;
    volatile CompletableFuture<Settled> settling = CompletableFuture.completedFuture(Settled.ACKNOWLEDGED);
    volatile CompletableFuture<Boolean> admitting = CompletableFuture.completedFuture(true);
    volatile Optional<String> key = Optional.of("key-1");

    FakeWritePath(SnapshotHolder snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public CompletionStage<Admission> admit(WriteRequest request) {
        admitted.add(request);
        Refused refused = refusal;
        if (refused != null) {
            return CompletableFuture.completedFuture(refused);
        }
        // As the real one: what the request says is read here and never later.
        RouteDecision decision =
                Router.decide(snapshots.get().state(request.match().slice().name()), request.match(), request.facts());
        return admitting.thenApplyAsync(_ -> new Grant(decision));
    }

    private final class Grant implements Admitted {
        private final RouteDecision decision;

        Grant(RouteDecision decision) {
            this.decision = decision;
        }

        @Override
        public RouteDecision decision() {
            return decision;
        }

        @Override
        public Optional<String> idempotencyKey() {
            return key;
        }

        @Override
        public CompletionStage<Settled> settle(Outcome outcome) {
            outcomes.add(outcome);
            return settling.thenApplyAsync(settled -> settled);
        }
    }

    @Override
    public Optional<Side> aheadSide(SliceName slice, EntityKey entity) {
        return Optional.ofNullable(ahead.get(entity));
    }

    @Override
    public boolean undeliveredSince(SliceName slice, Optional<EntityKey> entity, long nanoTime) {
        return false;
    }
}
