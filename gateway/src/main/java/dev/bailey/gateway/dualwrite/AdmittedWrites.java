package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/** Writes that may be forwarded, and what happens when their caller settles them. */
final class AdmittedWrites {

    private static final CompletionStage<Settled> LAPSED = CompletableFuture.completedStage(Settled.NOT_DURABLE);
    private static final CompletionStage<Settled> ACKNOWLEDGED = CompletableFuture.completedStage(Settled.ACKNOWLEDGED);

    /** How long an answer waits for what must be durable before. */
    private static final Duration DURABLE_WITHIN = Duration.ofSeconds(1);

    private final Settlements settlements;
    private final Durably durably;
    private final Resolver resolver;
    private final Debts debts;
    private final InstantSource clock;
    private final Tasks tasks;
    private final Backoff pauses;

    AdmittedWrites(
            Settlements settlements,
            Durably durably,
            Resolver resolver,
            Debts debts,
            InstantSource clock,
            Tasks tasks,
            Backoff pauses) {
        this.settlements = settlements;
        this.durably = durably;
        this.resolver = resolver;
        this.debts = debts;
        this.clock = clock;
        this.tasks = tasks;
        this.pauses = pauses;
    }

    /** A write that is not journalled: only its way through the door counts, and that its leave lasted. */
    Admitted plain(RouteDecision decision, Optional<String> key, Turn turn, Leave leave) {
        return new Write(decision, key, Optional.empty(), _ -> {
            turn.end();
            return leave.isUnbroken() ? ACKNOWLEDGED : LAPSED;
        });
    }

    /**
     * A write the journal could not take. The slice owes a reconcile already; one more that begins after the write has ended,
     * which is when it cannot land any more. Only then its turn ends.
     *
     * @param buried completes when the journal is known not to hold it, or to hold it as dead
     */
    Admitted degraded(
            SliceWrites slice,
            RouteDecision decision,
            Optional<String> key,
            Turn turn,
            Leave leave,
            CompletableFuture<Boolean> buried) {
        return new Write(decision, key, Optional.empty(), outcome -> {
            tasks.start("debt of slice " + slice.name, () -> {
                SliceSpec spec = decision.spec();
                if (outcome instanceof Outcome.Unknown && spec != null) {
                    tasks.pause(Replay.landing(spec));
                }
                for (int tries = 1;
                        !debts.oweReconcile(slice.name, clock.instant(), "written without the journal");
                        tries++) {
                    tasks.pause(pauses.after(tries));
                }
                turn.end();
            });
            if (!leave.isUnbroken()) {
                return LAPSED;
            }
            return outcome instanceof Outcome.Rejected ? durably(buried) : ACKNOWLEDGED;
        });
    }

    private CompletionStage<Settled> acknowledged(PendingWrite write, RouteDecision decision) {
        SliceSpec spec = decision.spec();
        return settlements.acknowledged(write, spec == null ? null : spec.writes());
    }

    private CompletionStage<Settled> durably(CompletableFuture<Boolean> durable) {
        return durably(durable, () -> ACKNOWLEDGED);
    }

    /** Waits a bounded time for what must be durable before the client is told. */
    private CompletionStage<Settled> durably(
            CompletableFuture<Boolean> durable, Supplier<CompletionStage<Settled>> then) {
        return tasks.scheduler()
                .orElseAfter(durable, false, DURABLE_WITHIN)
                .thenCompose(is -> is ? then.get() : CompletableFuture.completedFuture(Settled.NOT_DURABLE));
    }

    /** @param keyCounts whether the client may be told only when the key is durable that the authority gave */
    Admitted journalled(
            SliceWrites slice,
            PendingWrite write,
            RouteDecision decision,
            Optional<String> key,
            Turn turn,
            Leave leave,
            boolean keyCounts) {
        return new Write(decision, key, Optional.of(write.id), outcome -> switch (outcome) {
            // Another node may have taken the write up, and may not know of this answer: it is no answer.
            case Outcome known
            when !(known instanceof Outcome.Unknown) && !leave.isUnbroken() -> {
                resolver.begin(
                        slice, write, turn, new Outcome.Unknown("the lease of the store ended before the answer came"));
                yield LAPSED;
            }
            case Outcome.Applied applied -> {
                if (write.isGap() && write.entity == null && applied.entity().isEmpty()) {
                    resolver.keyless(slice, write, turn, applied);
                    yield acknowledged(write, decision);
                }
                CompletableFuture<Boolean> durable = settlements.applied(slice, write, turn, applied);
                // Were the key lost, a reconcile would take the entity for one its owner does not have any more.
                yield keyCounts ? durably(durable, () -> acknowledged(write, decision)) : acknowledged(write, decision);
            }
            // A client that was told no must never find a yes: so the refusal is durable before it is told.
            case Outcome.Rejected rejected -> durably(settlements.rejected(slice, write, turn, rejected));
            case Outcome.Unknown unknown -> {
                resolver.begin(slice, write, turn, unknown);
                yield ACKNOWLEDGED;
            }
        });
    }

    /** Makes an intent dead that the journal may hold although it failed to take it; tries until it is. */
    CompletableFuture<Boolean> buried(RecordId id) {
        return durably.buried(id);
    }

    /** Waits a bounded time for a burial. */
    boolean isBuried(CompletableFuture<Boolean> buried) throws InterruptedException {
        return tasks.scheduler().await(buried, DURABLE_WITHIN).orElse(false);
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
