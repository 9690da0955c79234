package dev.bailey.gateway.dualwrite;

import dev.bailey.journal.Journal;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.KeptKeys;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.journal.KeptKeys.Fate;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.KeptKeysSpec;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A write path that keeps the idempotency keys of clients where the services honour none: a key is claimed durably before
 * its write is admitted, so no write of it is ever made a second time. Thread-safe.
 */
public final class KeyedWrites implements WritePath {

    private static final int LONGEST_KEY = 255;

    /** Refusals that say "not now": nothing was done, and the same key may try again. */
    private static final Set<Integer> NOT_NOW = Set.of(408, 425, 429);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** How long an answer waits for its key to be durable, before it is told anyway. */
    private static final Duration DURABLE = Duration.ofSeconds(1);

    /** The pause before a change the journal could not take is tried again, which goes on until it is taken. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final WritePath writes;
    private final KeptKeys keys;
    private final Journal journal;
    private final Supplier<RecordId> ids;
    private final InstantSource clock;
    private final Scheduler scheduler;

    /** @param scheduler of the write path, which closes it */
    public KeyedWrites(
            WritePath writes,
            KeptKeys keys,
            Journal journal,
            Supplier<RecordId> ids,
            InstantSource clock,
            Scheduler scheduler) {
        this.writes = writes;
        this.keys = keys;
        this.journal = journal;
        this.ids = ids;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    @Override
    public CompletionStage<Admission> admit(WriteRequest request) {
        KeptKeysSpec spec = request.match().slice().writes().keptKeys().orElse(null);
        String key = spec == null ? "" : header(request, spec.header());
        if (spec == null || key.isEmpty()) {
            return writes.admit(request);
        }
        if (writes.hasMoved()) {
            return CompletableFuture.completedFuture(new Moved()); // whoever has the store has its keys
        }
        if (key.length() > LONGEST_KEY) {
            return refused(
                    400, spec.header() + " has " + key.length() + " characters (expected <= " + LONGEST_KEY + ")");
        }
        if (!request.bodyKept()) {
            return refused(
                    413, "a body this large cannot be held against its " + spec.header() + "; send it without the key");
        }
        Instant now = clock.instant();
        String consumer = spec.consumer().map(name -> header(request, name)).orElse("");
        Claim claim = new Claim(
                ids.get().value(),
                request.match().slice().name(),
                consumer,
                key,
                fingerprint(request),
                now,
                now.plus(spec.keep()),
                spec.most());
        return keys.claim(claim).thenCompose(claimed -> switch (claimed) {
            case Claimed.Fresh _ -> writes.admit(request.claimedBy(claim.id())).thenCompose(to -> admitted(claim, to));
            case Claimed.Taken taken -> taken(spec, claim, taken);
            case Claimed.Full(String reason) -> refused(503, reason, RETRY_AFTER);
            case Claimed.Failed _ when writes.hasMoved() -> CompletableFuture.completedFuture(new Moved());
            case Claimed.Failed(String reason) -> // the journal may hold the key nevertheless, for a write nobody makes
                released(
                        claim,
                        new Refused(503, "the idempotency key cannot be kept: " + reason, Optional.of(RETRY_AFTER)));
        });
    }

    private CompletionStage<Admission> admitted(Claim claim, Admission admission) {
        if (admission instanceof Moved) {
            // Where the store is gone already, its next start sees that nothing was sent.
            return keys.released(claim.id()).thenApply(_ -> admission);
        }
        if (!(admission instanceof Admitted write)) {
            return released(claim, admission);
        }
        if (write.record().isPresent()) {
            return CompletableFuture.completedFuture(new Keyed(claim, write));
        }
        // Nothing else on disk would tell, after a crash, that it may have been sent.
        return keys.sent(claim.id()).thenCompose(changed -> {
            if (changed instanceof Changed.Done) {
                return CompletableFuture.completedFuture(new Keyed(claim, write));
            }
            Refused refused = new Refused(503, "the idempotency key cannot be kept", Optional.of(RETRY_AFTER));
            return write.settle(new Outcome.Rejected(0)).thenCompose(_ -> released(claim, refused));
        });
    }

    /** Nothing was sent, so the key is free; told when that is durable, or a moment later. */
    private CompletionStage<Admission> released(Claim claim, Admission admission) {
        return durably(untilTaken(() -> keys.released(claim.id()))).thenApply(_ -> admission);
    }

    private CompletableFuture<Boolean> durably(CompletableFuture<Boolean> taken) {
        return scheduler.orElseAfter(taken, false, DURABLE);
    }

    private CompletionStage<Admission> taken(KeptKeysSpec spec, Claim claim, Claimed.Taken taken) {
        if (!MessageDigest.isEqual(taken.fingerprint(), claim.fingerprint())) {
            return refused(
                    422,
                    "this " + spec.header()
                            + " was used for another request (expected the same method, path and body)");
        }
        return switch (taken.fate()) {
            case Fate.UnderWay _ -> refused(409, "a request with this " + spec.header() + " is under way", RETRY_AFTER);
            case Fate.Answered(Answer answer) -> CompletableFuture.completedFuture(new Replayed(answer));
            case Fate.Unknown(Optional<RecordId> record) ->
                record.isEmpty()
                        ? neverKnown(spec)
                        : CompletableFuture.supplyAsync(() -> journal.find(record.get()), this::start)
                                .thenCompose(found -> known(spec, found))
                                .exceptionallyCompose(failed -> refused(
                                        503, "what became of this " + spec.header() + " cannot be read", RETRY_AFTER));
        };
    }

    /** What the journal knows of a write whose answer nobody saw. */
    private static CompletionStage<Admission> known(KeptKeysSpec spec, Optional<JournalRecord> found) {
        if (found.isEmpty()) {
            return neverKnown(spec);
        }
        return switch (found.get().head().state()) {
            case INTENT, UNKNOWN ->
                refused(
                        409,
                        "what became of the write with this " + spec.header() + " is being found out",
                        RETRY_AFTER);
            case REJECTED ->
                refused(409, "the write with this " + spec.header() + " was refused; send another key to try again");
            case APPLIED, DELIVERED, PARKED -> {
                Optional<Outcome.Applied> seen =
                        found.get().applied().filter(applied -> applied.status() != Settlements.CARRIED_BY_REFRESH);
                yield seen.isEmpty()
                        ? neverKnown(spec)
                        : CompletableFuture.completedFuture(new Replayed(
                                new Answer(seen.get().status(), seen.get().headers(), new byte[0], false)));
            }
        };
    }

    private static CompletionStage<Admission> neverKnown(KeptKeysSpec spec) {
        return refused(
                409,
                "the write with this " + spec.header()
                        + " ended without an answer: it may or may not have been made, and will"
                        + " not be made again; read the entity, and send another key to write it anew");
    }

    private static CompletionStage<Admission> refused(int status, String message) {
        return CompletableFuture.completedFuture(new Refused(status, message, Optional.empty()));
    }

    private static CompletionStage<Admission> refused(int status, String message, Duration retryAfter) {
        return CompletableFuture.completedFuture(new Refused(status, message, Optional.of(retryAfter)));
    }

    private static String header(WriteRequest request, String name) {
        return request.headers().stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .map(String::strip)
                .findFirst()
                .orElse("");
    }

    private static byte[] fingerprint(WriteRequest request) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        for (byte[] part : List.of(
                request.facts().method().getBytes(StandardCharsets.UTF_8),
                request.target().getBytes(StandardCharsets.UTF_8),
                request.body())) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
            digest.update(part);
        }
        return digest.digest();
    }

    private void start(Runnable blocking) {
        scheduler.threads().newThread(blocking).start();
    }

    /**
     * A key that said less than what became of its write would let it be made twice: tried until the journal takes it. False
     * when it never will.
     */
    private CompletableFuture<Boolean> untilTaken(Supplier<CompletionStage<Changed>> change) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        attempt(change, taken);
        return taken;
    }

    private void attempt(Supplier<CompletionStage<Changed>> change, CompletableFuture<Boolean> taken) {
        change.get().whenComplete((changed, bug) -> {
            if (changed instanceof Changed.Failed) {
                scheduler.after(AGAIN, () -> attempt(change, taken));
            } else {
                taken.complete(bug == null);
            }
        });
    }

    @Override
    public boolean hasMoved() {
        return writes.hasMoved();
    }

    @Override
    public Optional<Side> aheadSide(SliceName slice, EntityKey entity) {
        return writes.aheadSide(slice, entity);
    }

    @Override
    public boolean undeliveredSince(SliceName slice, Optional<EntityKey> entity, long nanoTime) {
        return writes.undeliveredSince(slice, entity, nanoTime);
    }

    /** A write that has the key. */
    private final class Keyed implements Admitted {
        private final Claim claim;
        private final Admitted write;

        private Keyed(Claim claim, Admitted write) {
            this.claim = claim;
            this.write = write;
        }

        @Override
        public RouteDecision decision() {
            return write.decision();
        }

        @Override
        public Optional<String> idempotencyKey() {
            return write.idempotencyKey();
        }

        @Override
        public Optional<RecordId> record() {
            return write.record();
        }

        @Override
        public CompletionStage<Settled> settle(Outcome outcome) {
            return settle(outcome, Optional.empty());
        }

        /**
         * The client is answered when its key would give the same answer again, or a moment later. Then only a refusal may be
         * forgotten by a restart.
         */
        @Override
        public CompletionStage<Settled> settle(Outcome outcome, Optional<Answer> answer) {
            // First the record, then the key, which would else give an answer that a restart knows nothing of.
            CompletionStage<Settled> settled = write.settle(outcome, answer);
            CompletableFuture<Boolean> kept = durably(untilTaken(() -> ended(outcome, answer)));
            return settled.thenCombine(
                    kept, (how, is) -> is || !(outcome instanceof Outcome.Rejected) ? how : Settled.NOT_DURABLE);
        }

        private CompletionStage<Changed> ended(Outcome outcome, Optional<Answer> answer) {
            return switch (outcome) {
                case Outcome.Applied applied ->
                    keys.answered(
                            claim.id(),
                            record(),
                            answer.orElseGet(
                                    () -> new Answer(applied.status(), applied.headers(), new byte[0], false)));
                case Outcome.Rejected(int status) ->
                    answer.isPresent() && !NOT_NOW.contains(status)
                            ? keys.answered(claim.id(), Optional.empty(), answer.get())
                            : keys.released(claim.id());
                case Outcome.Unknown _ -> keys.unknown(claim.id(), record());
            };
        }
    }
}
