package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.WritePath.Admission;
import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.SliceState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where writes come in: the short way for those that are not journalled, a place in the entity's lane for the others. */
final class Admissions {

    private final Slices slices;
    private final EntityLanes lanes;
    private final AdmittedWrites admitted;
    private final Tasks tasks;
    private final AdmissionRules rules;

    Admissions(Slices slices, EntityLanes lanes, AdmittedWrites admitted, Tasks tasks, AdmissionRules rules) {
        this.slices = slices;
        this.lanes = lanes;
        this.admitted = admitted;
        this.tasks = tasks;
        this.rules = rules;
    }

    /** Never blocks. The request's facts are read here and never later. */
    CompletionStage<Admission> admit(WriteRequest request) {
        SliceState state = rules.state(request.match().slice().name());
        if (state == null) {
            return CompletableFuture.completedFuture(rules.gone(request));
        }
        RouteDecision first = Router.decide(state, request.match(), request.facts());
        if (first.rejected()) {
            return CompletableFuture.completedFuture(
                    new Refused(400, "the request has no entity key (expected one)", Optional.empty()));
        }
        PinnedRequest pinned = new PinnedRequest(
                request.match(), first.entity(), request.facts().method());
        SliceWrites slice = slices.of(pinned.slice());
        if (!first.journalled()) {
            Admission plain = admitPlain(slice, pinned, request);
            if (plain != null) {
                return CompletableFuture.completedFuture(plain);
            }
        }
        EntityLanes.Ticket lane = null;
        if (first.entity() != null) {
            lane = lanes.take(slice.name, first.entity());
            if (lane == null) {
                return CompletableFuture.completedFuture(
                        rules.refused(slice, 429, "too many writes wait for this entity", "entity-queue"));
            }
        }
        JournalledAdmission admission = new JournalledAdmission(slice, pinned, request, lane, rules, admitted);
        if (!tasks.start("admission", admission)) {
            admission.refuse();
        }
        return admission.answer();
    }

    /** A write without an authority to keep goes by the whole request, as a read does. */
    private static RouteDecision decided(PinnedRequest pinned, WriteRequest request, SliceState state) {
        return request.match().slice().hasState()
                ? pinned.under(state)
                : Router.decide(state, request.match(), request.facts());
    }

    /** A write that is not journalled needs no thread, no lane and no record; null when it must go the long way after all. */
    private @Nullable Admission admitPlain(SliceWrites slice, PinnedRequest pinned, WriteRequest request) {
        if (slice.gate.isHolding()) {
            return null;
        }
        SliceGate.Inside inside = slice.gate.enter(pinned);
        SliceState state = rules.state(slice.name);
        RouteDecision decision = state == null ? null : decided(pinned, request, state);
        Optional<Leave> leave = decision == null
                ? Optional.empty()
                : rules.leave(decision, pinned.match().slice());
        if (decision == null
                || decision.journalled()
                || leave.isEmpty()
                || inside.pass(decision, 0) != SliceGate.Passage.PASSED
                || !rules.isStill(decision, slice)) {
            inside.leave();
            return null;
        }
        return admitted.plain(decision, rules.clientKey(request), new Turn(null, inside), leave.get());
    }
}
