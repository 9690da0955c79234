package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Writes that may be forwarded, and what happens when their caller settles them. */
final class AdmittedWrites {

    /** How long the answer of a refused write waits for the refusal to be durable. */
    private static final Duration REFUSAL_DURABLE = Duration.ofSeconds(1);

    private final Settlements settlements;
    private final Resolver resolver;
    private final Debts debts;
    private final InstantSource clock;
    private final Tasks tasks;
    private final Backoff pauses;

    AdmittedWrites(
            Settlements settlements, Resolver resolver, Debts debts, InstantSource clock, Tasks tasks, Backoff pauses) {
        this.settlements = settlements;
        this.resolver = resolver;
        this.debts = debts;
        this.clock = clock;
        this.tasks = tasks;
        this.pauses = pauses;
    }

    /** A write that is not journalled: only its way through the door counts. */
    Admitted plain(RouteDecision decision, Optional<String> key, Turn turn) {
        return new Write(decision, key, Optional.empty(), _ -> {
            turn.end();
            return CompletableFuture.completedFuture(Settled.ACKNOWLEDGED);
        });
    }

    /** A write the journal could not take. The slice owes a reconcile already; one more that begins after the write has ended. */
    Admitted degraded(SliceWrites slice, RouteDecision decision, Optional<String> key, Turn turn) {
        return new Write(decision, key, Optional.empty(), _ -> {
            turn.end();
            tasks.start("debt of slice " + slice.name, () -> {
                for (int tries = 1;
                        !debts.oweReconcile(slice.name, clock.instant(), "written without the journal");
                        tries++) {
                    tasks.pause(pauses.after(tries));
                }
            });
            return CompletableFuture.completedFuture(Settled.ACKNOWLEDGED);
        });
    }

    Admitted journalled(
            SliceWrites slice, PendingWrite write, RouteDecision decision, Optional<String> key, Turn turn) {
        return new Write(decision, key, Optional.of(write.id), outcome -> switch (outcome) {
            case Outcome.Applied applied -> {
                if (write.isGap() && write.entity == null && applied.entity().isEmpty()) {
                    resolver.keyless(slice, write, turn, applied);
                } else {
                    settlements.applied(slice, write, turn, applied);
                }
                yield settlements.acknowledged(
                        write, decision.spec() == null ? null : decision.spec().writes());
            }
            // A client that was told no must never find a yes: so the refusal is durable before it is told.
            case Outcome.Rejected rejected ->
                settlements
                        .rejected(slice, write, turn, rejected)
                        .completeOnTimeout(false, REFUSAL_DURABLE.toMillis(), TimeUnit.MILLISECONDS)
                        .thenApply(_ -> Settled.ACKNOWLEDGED);
            case Outcome.Unknown unknown -> {
                resolver.begin(slice, write, turn, unknown);
                yield CompletableFuture.completedFuture(Settled.ACKNOWLEDGED);
            }
        });
    }

    /** Makes an intent dead that was never forwarded; completes when that is durable. */
    CompletableFuture<Boolean> neverSent(SliceWrites slice, PendingWrite write) {
        return settlements.rejected(slice, write, Turn.NONE, new Outcome.Rejected(0));
    }

    private static final class Write implements Admitted {
        private final RouteDecision decision;
        private final Optional<String> key;
        private final Optional<RecordId> record;
        private final Function<Outcome, CompletionStage<Settled>> settlement;
        private final AtomicBoolean settled = new AtomicBoolean();

        private Write(
                RouteDecision decision,
                Optional<String> key,
                Optional<RecordId> record,
                Function<Outcome, CompletionStage<Settled>> settlement) {
            this.decision = decision;
            this.key = key;
            this.record = record;
            this.settlement = settlement;
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
        public Optional<RecordId> record() {
            return record;
        }

        @Override
        public CompletionStage<Settled> settle(Outcome outcome) {
            if (!settled.compareAndSet(false, true)) {
                throw new IllegalStateException("a write was settled twice (expected once)");
            }
            return settlement.apply(outcome);
        }
    }
}
