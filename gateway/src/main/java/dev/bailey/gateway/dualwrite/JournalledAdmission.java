package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.WritePath.Admission;
import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.gateway.dualwrite.WritePath.Moved;
import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.journal.Journal.Appended;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.WriteIntent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The admission of one write: the entity's turn, no hold, a decision under the routing record of that moment, nothing pending
 * that the authority may not have, a durable intent, and the same record still. Only then a write may be forwarded.
 */
final class JournalledAdmission implements Tasks.Work {

    /** What a held write waits beyond the stall budget, so that an abort in the last moment still finds it. */
    private static final Duration HOLD_SLACK = Duration.ofSeconds(1);

    private static final CompletableFuture<Boolean> BURIED = CompletableFuture.completedFuture(true);

    private final SliceWrites slice;
    private final PinnedRequest pinned;
    private final WriteRequest request;
    private final EntityLanes.@Nullable Ticket lane;
    private final AdmissionRules rules;
    private final AdmittedWrites admitted;
    private final CompletableFuture<Admission> answer = new CompletableFuture<>();

    /** What others wrote before this write came is seen. */
    private boolean seen;

    /** An intent was given to the journal and is not known to be dead there. */
    private boolean intended;

    JournalledAdmission(
            SliceWrites slice,
            PinnedRequest pinned,
            WriteRequest request,
            EntityLanes.@Nullable Ticket lane,
            AdmissionRules rules,
            AdmittedWrites admitted) {
        this.slice = slice;
        this.pinned = pinned;
        this.request = request;
        this.lane = lane;
        this.rules = rules;
        this.admitted = admitted;
    }

    CompletionStage<Admission> answer() {
        return answer;
    }

    /** The write path stops before this write was looked at. */
    void refuse() {
        if (lane != null) {
            lane.leave();
        }
        answer.complete(
                slice.gate.isRetired()
                        ? new Moved()
                        : rules.refused(slice, 503, "the gateway is stopping", "stopping"));
    }

    @Override
    public void run() throws InterruptedException {
        Admission admission = null;
        try {
            admission = admit();
        } finally {
            if (admission != null && !(admission instanceof Admitted) && lane != null) {
                lane.leave();
            }
            if (admission != null) {
                answer.complete(admission);
            } else if (!intended) {
                refuse();
            } // else the next start finds the intent: nobody may be told that nothing will come of it
        }
    }

    private Admission admit() throws InterruptedException {
        if (lane != null && !lane.await(rules.bounds().entityWait())) {
            return rules.refused(slice, 503, "other writes of this entity take too long", "entity-wait");
        }
        while (true) {
            SliceGate.Inside inside = slice.gate.enter(pinned);
            Step step = new Step.Again();
            try {
                step = step(inside);
            } finally {
                if (!(step instanceof Step.Answer(Admitted _))) {
                    inside.leave();
                }
            }
            switch (step) {
                case Step.Answer(Admission admission) -> {
                    return admission;
                }
                case Step.Held _ -> {
                    Refused over = awaitRelease(inside);
                    if (over != null) {
                        return over;
                    }
                }
                case Step.Blocked(EntityKey entity, RouteDecision decision) -> {
                    if (!slice.pending.awaitUnblocked(
                            entity, decision.side(), rules.bounds().entityWait())) {
                        String side = decision.side().label();
                        return rules.refused(
                                slice, 503, "an earlier write of this entity has not come to " + side, "pending");
                    }
                }
                case Step.Again _ -> {}
            }
        }
    }

    /** One try to admit, inside the door. */
    private Step step(SliceGate.Inside inside) throws InterruptedException {
        SliceState state = rules.state(slice.name);
        if (state == null) {
            return new Step.Answer(rules.gone(request));
        }
        RouteDecision decision = pinned.under(state);
        switch (inside.pass(decision, rules.bounds().maxHeldWrites())) {
            case PASSED -> {}
            case HELD -> {
                return new Step.Held();
            }
            case RETIRED -> {
                return new Step.Answer(new Moved());
            }
        }
        SliceSpec spec = pinned.match().slice();
        Turn turn = new Turn(lane, inside);
        Optional<Leave> leave = rules.leave(decision, spec);
        if (leave.isEmpty()) {
            return withoutLease(spec, decision, turn);
        }
        if (!decision.journalled()) {
            return rules.isStill(decision, slice)
                    ? new Step.Answer(admitted.plain(decision, rules.clientKey(request), turn, leave.get()))
                    : new Step.Again();
        }
        if (pinned.entity() != null && !seen && rules.mayBeMintedBeside(decision, slice)) {
            if (!rules.seeOthers()) {
                return new Step.Answer(
                        rules.refused(slice, 503, "what other nodes have written cannot be seen", "sight"));
            }
            seen = true;
        }
        if (pinned.entity() != null && slice.pending.blocks(pinned.entity(), decision.side())) {
            return new Step.Blocked(pinned.entity(), decision);
        }
        WriteIntent intent = rules.intent(pinned, request, decision);
        intended = true;
        Appended appended = rules.journal().append(intent).toCompletableFuture().join();
        return switch (appended) {
            case Appended.Durable(long sequence) -> durable(decision, intent, sequence, turn);
            case Appended.Full(String reason) ->
                notJournalled(decision, rules.clientKey(request), reason, turn, BURIED);
            case Appended.Failed(String reason) ->
                notJournalled(decision, rules.sentKey(intent, request), reason, turn, admitted.buried(intent.id()));
        };
    }

    /**
     * The store cannot be asked: what may be of an entity that another node has had created at the other side is not sent, and what
     * is known not to have come to the authority is waited for as ever.
     */
    private Step withoutLease(SliceSpec spec, RouteDecision decision, Turn turn) throws InterruptedException {
        if (!rules.mayGoFree(decision, spec)
                || rules.mintsForEitherSide(decision, slice)
                || rules.mayBeMintedBeside(decision, slice)) {
            return new Step.Answer(rules.withoutLease(slice));
        }
        EntityKey entity = pinned.entity();
        return entity != null && slice.pending.blocks(entity, decision.side())
                ? new Step.Blocked(entity, decision)
                : withoutJournal(
                        spec,
                        decision,
                        rules.clientKey(request),
                        "this gateway has no lease of the shared store",
                        turn,
                        BURIED);
    }

    private Step durable(RouteDecision decision, WriteIntent intent, long sequence, Turn turn)
            throws InterruptedException {
        PendingWrite write = PendingWrite.of(sequence, intent);
        slice.pending.add(write);
        // Looked at after the intent is durable, which may have taken long.
        Optional<Leave> leave = rules.leave(decision, pinned.match().slice());
        if (leave.isEmpty()) {
            return refuse("the lease of the shared store ended meanwhile", admitted.neverSent(slice, write));
        }
        if (rules.isStill(decision, slice)) {
            return new Step.Answer(admitted.journalled(
                    slice,
                    write,
                    decision,
                    rules.sentKey(intent, request),
                    turn,
                    leave.get(),
                    rules.mintsForEitherSide(decision, slice)));
        }
        // The record changed between the decision and now: the intent must be dead on disk before another is made.
        Tasks.await(admitted.neverSent(slice, write));
        intended = false;
        return new Step.Again();
    }

    /**
     * The journal has not taken the write, as far as it knows.
     *
     * @param key what the write is sent with all the same: its own, should the journal hold it after all
     * @param buried completes when the journal is known not to hold it, or to hold it as dead
     */
    private Step notJournalled(
            RouteDecision decision, Optional<String> key, String reason, Turn turn, CompletableFuture<Boolean> buried)
            throws InterruptedException {
        SliceSpec spec = slice.spec();
        if (spec == null
                || spec.writes().onJournalFull() == WritesSpec.OnJournalFull.REFUSE
                || rules.mintsForEitherSide(decision, slice)) {
            return refuse("the write cannot be journalled: " + reason, buried);
        }
        return withoutJournal(spec, decision, key, reason, turn, buried);
    }

    /** Sends it all the same, once it is written down that the slice owes a reconcile. */
    private Step withoutJournal(
            SliceSpec spec,
            RouteDecision decision,
            Optional<String> key,
            String reason,
            Turn turn,
            CompletableFuture<Boolean> buried)
            throws InterruptedException {
        // A reconcile that begins before the write can have landed does not pay this debt.
        Instant landed = rules.clock().instant().plus(spec.limits().timeout()).plus(Replay.landing(spec));
        if (!rules.debts().oweReconcile(slice.name, landed, "written without the journal: " + reason)) {
            return refuse("the write can neither be journalled nor owed to a reconcile: " + reason, buried);
        }
        Optional<Leave> leave = rules.leaveWithoutJournal(decision, spec);
        if (leave.isEmpty()) {
            return refuse("the lease of the shared store ended meanwhile", buried);
        }
        if (!rules.isStill(decision, slice)) {
            Tasks.await(buried);
            intended = false;
            return new Step.Again();
        }
        intended = false;
        rules.meters().degraded(slice.name);
        return new Step.Answer(admitted.degraded(slice, decision, key, turn, leave.get(), buried));
    }

    /**
     * Nothing was sent; and nothing will be, once the journal is known not to hold it. The client need not wait for that longer
     * than a moment, but the entity's next write and a handover must: a restart could send this one after theirs.
     */
    private Step refuse(String why, CompletableFuture<Boolean> buried) throws InterruptedException {
        if (admitted.isBuried(buried)) {
            intended = false;
            return new Step.Answer(rules.refused(slice, 503, why, "journal"));
        }
        Refused unsure =
                rules.refused(slice, 504, why + "; it may hold it all the same, and a restart send it", "journal");
        answer.complete(unsure);
        Tasks.await(buried);
        intended = false;
        return new Step.Answer(unsure);
    }

    private @Nullable Refused awaitRelease(SliceGate.Inside inside) throws InterruptedException {
        Duration atMost = pinned.match().slice().gates().stall().plus(HOLD_SLACK);
        return switch (inside.awaitRelease(atMost)) {
            case RELEASED -> null;
            case TOO_MANY -> rules.refused(slice, 503, "too many writes wait for a handover", "hold-queue");
            case TOO_LONG -> rules.refused(slice, 503, "a handover takes too long", "hold-wait");
        };
    }

    /** How one try to admit ended. */
    private sealed interface Step {
        record Answer(Admission admission) implements Step {}

        record Held() implements Step {}

        record Blocked(EntityKey entity, RouteDecision decision) implements Step {}

        record Again() implements Step {}
    }
}
