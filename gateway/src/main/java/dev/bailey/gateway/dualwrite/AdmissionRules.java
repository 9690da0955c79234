package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.journal.Journal;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.WriteIntent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every admission goes by: the routing record of the moment, the journal, the bounds, and how a refusal reads. */
record AdmissionRules(
        Supplier<Snapshot> current,
        Journal journal,
        Debts debts,
        Supplier<RecordId> ids,
        InstantSource clock,
        GatewaySpec bounds,
        WriteLease lease,
        WriteMeters meters,
        @Nullable OtherWrites others) {

    /** The longest this process may stand still between a look at its lease and the first byte of the request. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** The slice's routing record now; null when the slice is not declared any more. */
    @Nullable
    SliceState state(SliceName slice) {
        Snapshot snapshot = current.get();
        return snapshot.spec().slice(slice).isPresent() ? snapshot.state(slice) : null;
    }

    /** Whether the record a decision was made under still rules. */
    boolean isStill(RouteDecision decision, SliceWrites slice) {
        SliceState now = state(slice.name);
        return now != null && now.epoch().equals(decision.epoch());
    }

    /** The leave to send a write that is journalled where its phase says so; empty when it might land after the lease's end. */
    Optional<Leave> leave(RouteDecision decision, SliceSpec slice) {
        return !slice.hasState() || !decision.journalled() && mayGoFree(decision, slice)
                ? Optional.of(Leave.FREE)
                : leased(slice);
    }

    /** The leave to send a write that the journal has not taken. */
    Optional<Leave> leaveWithoutJournal(RouteDecision decision, SliceSpec slice) {
        return mayGoFree(decision, slice) ? Optional.of(Leave.FREE) : leased(slice);
    }

    private Optional<Leave> leased(SliceSpec slice) {
        OptionalLong term = lease.valid(needed(slice));
        return term.isPresent() ? Optional.of(() -> lease.unbroken(term.getAsLong())) : Optional.empty();
    }

    /**
     * Whether the end of the lease does not matter for a write: it is carried nowhere, or its slice goes on without the journal; and
     * whoever changes the slice's record waits for this process however long its lease is over.
     */
    boolean mayGoFree(RouteDecision decision, SliceSpec slice) {
        return lease.isWaitedFor()
                && (decision.follower() == null || slice.writes().onJournalFull() == WritesSpec.OnJournalFull.DEGRADE);
    }

    /** How long a lease must last for one more write: until it cannot land any more. */
    static Duration needed(SliceSpec slice) {
        return PAUSE.plus(slice.limits().timeout()).plus(Replay.landing(slice));
    }

    Refused withoutLease(SliceWrites slice) {
        return refused(
                slice,
                503,
                "this gateway has no lease of the shared store that lasts for one more write: it cannot reach the store, or"
                        + " another node has taken over",
                "lease");
    }

    /** Whether the key that a create is given may belong to the other side: then only the journal can say that it is to stay. */
    boolean mintsForEitherSide(RouteDecision decision, SliceWrites slice) {
        SliceState state = state(slice.name);
        return decision.rule() == Rule.MINTED_KEY
                && (state == null || !state.ramp().isFull());
    }

    /**
     * Whether another node may have had the entity created at the other side a moment ago, which gave it its key: its client may
     * know the key before this node has seen the record.
     */
    boolean mayBeMintedBeside(RouteDecision decision, SliceWrites slice) {
        SliceState state = state(slice.name);
        SliceSpec spec = decision.spec();
        return others != null
                && decision.side() == Side.MODERN
                && spec != null
                && (state == null || !state.ramp().isFull())
                && spec.routes().stream().anyMatch(route -> route.entity().isMinted());
    }

    /** Sees what the journal shows now of the others' writes; false when it cannot be read in time. */
    boolean seeOthers() throws InterruptedException {
        return others == null || others.catchUp(bounds.entityWait());
    }

    WriteIntent intent(PinnedRequest pinned, WriteRequest request, RouteDecision decision) {
        RecordId id = ids.get();
        Optional<String> clientKey = clientKey(request);
        return new WriteIntent(
                id,
                pinned.slice(),
                Optional.ofNullable(pinned.entity()),
                decision.epoch(),
                decision.side(),
                Optional.ofNullable(decision.follower()),
                pinned.method(),
                request.target(),
                StoredRequest.kept(request.headers()),
                request.body(),
                request.bodyKept(),
                clientKey.or(request::claim).orElse(id.value()),
                clientKey.isPresent(),
                clock.instant());
    }

    /** The idempotency key the client gave; empty where the slice's services honour none. */
    Optional<String> clientKey(WriteRequest request) {
        WritesSpec writes = request.match().slice().writes();
        return writes.idempotency() == WritesSpec.Idempotency.HEADER
                ? request.headers().stream()
                        .filter(header -> header.name().equalsIgnoreCase(writes.idempotencyHeader()))
                        .map(header -> header.value().strip())
                        .filter(value -> !value.isEmpty())
                        .findFirst()
                : Optional.empty();
    }

    /** The idempotency key a journalled write is sent with. */
    Optional<String> sentKey(WriteIntent intent, WriteRequest request) {
        return request.match().slice().writes().idempotency() == WritesSpec.Idempotency.HEADER
                ? Optional.of(intent.idempotencyKey())
                : Optional.empty();
    }

    Refused gone(WriteRequest request) {
        return new Refused(
                503,
                "slice " + request.match().slice().name() + " is not declared any more: send the request again",
                Optional.of(RETRY_AFTER));
    }

    Refused refused(SliceWrites slice, int status, String message, String why) {
        meters.refused(slice.name, why);
        return new Refused(status, message, Optional.of(RETRY_AFTER));
    }
}
