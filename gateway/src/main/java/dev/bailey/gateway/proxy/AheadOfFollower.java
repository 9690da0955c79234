package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.spec.SliceSpec;
import java.util.Optional;

/** Read-your-writes: an entity with an undelivered write is read where that write was taken. */
final class AheadOfFollower {

    private final WritePath writes;

    AheadOfFollower(WritePath writes) {
        this.writes = writes;
    }

    /**
     * A read's decision once undelivered writes were looked at.
     *
     * @param ahead the side that is ahead; empty when both are equal as far as the journal knows
     * @param mayFallBack whether legacy may answer when modern cannot: it is still kept equal, and not behind for this entity
     */
    record Sided(RouteDecision decision, Optional<Side> ahead, boolean mayFallBack) {}

    Sided side(RouteDecision decision) {
        SliceSpec slice = decision.spec();
        EntityKey entity = decision.entity();
        Optional<Side> ahead = Optional.empty();
        RouteDecision sided = decision;
        if (slice != null && entity != null && slice.hasState() && isCarried(decision.phase())) {
            ahead = writes.aheadSide(slice.name(), entity);
            if (!decision.write() && ahead.isPresent() && ahead.get() != decision.side()) {
                sided = decision.servedBy(ahead.get(), Rule.PENDING_WRITE);
            }
        }
        boolean mayFallBack = !sided.write()
                && sided.side() == Side.MODERN
                && PhaseTable.row(sided.phase()).safeSide() == Side.LEGACY
                && ahead.filter(Side.MODERN::equals).isEmpty();
        return new Sided(sided, ahead, mayFallBack);
    }

    private static boolean isCarried(Phase phase) {
        return phase != Phase.LEGACY_ONLY && phase != Phase.RETIRED;
    }

    /**
     * The same of a read that is to be served.
     *
     * @param pending whether an undelivered write moved it to {@code side}
     */
    record Reading(Side side, boolean pending, boolean mayFallBack) {

        RouteDecision of(Decision decision) {
            RouteDecision decided = decision.decision();
            return pending ? decided.servedBy(side, Rule.PENDING_WRITE) : decided;
        }
    }

    private static final Reading AT_LEGACY = new Reading(Side.LEGACY, false, false);
    private static final Reading AT_MODERN = new Reading(Side.MODERN, false, false);
    private static final Reading AT_MODERN_OR_LEGACY = new Reading(Side.MODERN, false, true);

    Reading read(Decision decision) {
        SliceSpec slice = decision.spec();
        if (slice != null && decision.hasKey() && slice.hasState() && isCarried(decision.phase())) {
            EntityKey entity = decision.entity();
            Optional<Side> ahead = entity == null ? Optional.empty() : writes.aheadSide(slice.name(), entity);
            if (ahead.isPresent()) {
                boolean mayFallBack = false; // legacy is ahead, or behind for this very entity
                return new Reading(ahead.get(), ahead.get() != decision.side(), mayFallBack);
            }
        }
        if (decision.side() == Side.LEGACY) {
            return AT_LEGACY;
        }
        return PhaseTable.row(decision.phase()).safeSide() == Side.LEGACY ? AT_MODERN_OR_LEGACY : AT_MODERN;
    }
}
