package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.http.GrpcStatus;
import dev.bailey.gateway.proxy.AheadOfFollower.Reading;
import dev.bailey.gateway.proxy.SideEntry.Passage;
import dev.bailey.gateway.upstream.Deadlines;
import dev.bailey.gateway.upstream.SideLimits;
import dev.bailey.gateway.upstream.SideLimits.Limits;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.gateway.upstream.TurnLoop;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forwards what does not go through the write path: reads, and everything no slice claims. */
final class Reads {

    private static final Logger log = LoggerFactory.getLogger(Reads.class);

    private final GatewaySpec bounds;
    private final Translator translator;
    private final ShadowTap shadow;
    private final SideLimits limits;
    private final AheadOfFollower ahead;
    private final Answers answers;
    private final long idleNanos;

    Reads(
            GatewaySpec bounds,
            WritePath writePath,
            Translator translator,
            ShadowTap shadow,
            SideLimits limits,
            Answers answers) {
        this.bounds = bounds;
        this.translator = translator;
        this.shadow = shadow;
        this.limits = limits;
        this.ahead = new AheadOfFollower(writePath);
        this.answers = answers;
        this.idleNanos = bounds.idleTimeout().toNanos();
    }

    /**
     * What a read keeps of its decision.
     *
     * @param side that serves
     * @param mayFallBack whether legacy may answer when modern cannot
     * @param limits of the slice at the side; whoever was let in by them tells them the result
     * @param match only where the answer is translated or mirrored, as is {@code decision}
     */
    record Plan(
            SliceSpec slice,
            Side side,
            boolean mayFallBack,
            Limits limits,
            boolean translated,
            boolean tapped,
            @Nullable RouteMatch match,
            @Nullable RouteDecision decision) {

        /** The same read, served by legacy instead. */
        Plan atLegacy(Limits ofLegacy) {
            return new Plan(slice, Side.LEGACY, false, ofLegacy, false, false, null, null);
        }
    }

    /** To legacy, untouched. */
    void passThrough(Exchange exchange) {
        new ReadAttempt(this, exchange, null, TurnLoop.now(exchange.lane().loop()), idleNanos)
                .start(noBodyOf(exchange));
    }

    /** Where the decision says, unless an undelivered write, the breaker, a cap or the bulkhead says otherwise. */
    void serve(Exchange exchange, Decision decision) {
        SliceSpec slice = Objects.requireNonNull(decision.spec());
        RouteSpec route = Objects.requireNonNull(decision.route());
        Reading reading = ahead.read(decision);
        Side side = reading.side();
        if (exchange.callerLeavesNanos(slice.limits().timeout().toNanos()) <= 0) {
            answers.error(exchange, 504, "the caller's time was over before the request could be sent", null);
            return;
        }
        Limits ofSide = limits.of(slice, side);
        Passage passage = SideEntry.ask(ofSide, reading.mayFallBack());
        boolean translated = translator.translates(side, route);
        boolean tapped = passage == Passage.PASS && wants(decision);
        boolean told = translated || tapped;
        Plan plan = new Plan(
                slice,
                side,
                reading.mayFallBack(),
                ofSide,
                translated,
                tapped,
                told ? decision.match() : null,
                told ? reading.of(decision) : null);
        switch (passage) {
            case PASS -> forward(exchange, plan);
            case FALL_BACK -> {
                exchange.lane().traffic().fallback(slice.name());
                fallBack(exchange, plan, this::forward);
            }
            case OVER_CAP -> answers.overCap(exchange, side);
            case FULL -> answers.full(exchange, side);
        }
    }

    /** What legacy does instead of modern; its own cap and bulkhead still hold. */
    interface Onward {
        void with(Exchange exchange, Plan plan);
    }

    void fallBack(Exchange exchange, Plan plan, Onward then) {
        Limits ofLegacy = limits.of(plan.slice(), Side.LEGACY);
        switch (SideEntry.ask(ofLegacy, false)) {
            case PASS -> then.with(exchange, plan.atLegacy(ofLegacy));
            case OVER_CAP -> answers.overCap(exchange, Side.LEGACY);
            case FULL, FALL_BACK -> answers.full(exchange, Side.LEGACY);
        }
    }

    private void forward(Exchange exchange, Plan plan) {
        if (exchange.isWithoutBody() || !(plan.tapped() || plan.translated() || plan.mayFallBack())) {
            begin(exchange, plan, noBodyOf(exchange));
            return;
        }
        RequestBody body = exchange.body();
        if (!plan.translated() && GrpcStatus.isGrpc(exchange.head())) {
            // Its answer may begin, and even have to be read, before the request ends.
            body.keepPassed(bounds.maxBodyKeptBytes());
            begin(exchange, plan, null);
            return;
        }
        // Only a body held whole can be sent to a second side, or turned into another contract.
        body.collect(bounds.maxBodyKeptBytes(), () -> {
            if (exchange.isGone()) {
                SideEntry.leave(plan.limits());
            } else if (body.isWhole()) {
                begin(exchange, plan, body.bytes());
            } else if (plan.translated()) {
                SideEntry.leave(plan.limits());
                answers.error(
                        exchange,
                        413,
                        "a body above " + bounds.maxBodyKeptBytes() + " bytes cannot be translated",
                        plan.side());
            } else {
                Plan once = new Plan(plan.slice(), plan.side(), false, plan.limits(), false, false, null, null);
                begin(exchange, once, null);
            }
        });
    }

    void begin(Exchange exchange, Plan plan, byte @Nullable [] wholeBody) {
        long now = TurnLoop.now(exchange.lane().loop());
        new ReadAttempt(this, exchange, plan, now, nanosFor(exchange, plan, now)).start(wholeBody);
    }

    /** How long the side has: of modern only a part is used up where legacy may have to answer within the same time. */
    private static long nanosFor(Exchange exchange, Plan plan, long now) {
        LimitsSpec ofSlice = plan.slice().limits();
        long left = Deadlines.left(exchange.startedNanos(), ofSlice.timeout().toNanos(), now);
        return Math.max(
                plan.mayFallBack() ? Math.min(left, ofSlice.fallbackAfter().toNanos()) : left, 0);
    }

    private static byte @Nullable [] noBodyOf(Exchange exchange) {
        return exchange.isWithoutBody() ? ReadAttempt.NO_BODY : null;
    }

    private boolean wants(Decision decision) {
        try {
            return decision.comparesAnswers() && shadow.wants(decision);
        } catch (RuntimeException bug) {
            log.error("the shadow tap failed", bug);
            return false;
        }
    }

    void tell(ServedExchange served) {
        try {
            shadow.served(served);
        } catch (RuntimeException bug) {
            log.error("the shadow tap failed", bug);
        }
    }

    long idleNanos() {
        return idleNanos;
    }

    GatewaySpec bounds() {
        return bounds;
    }

    Translator translator() {
        return translator;
    }

    Answers answers() {
        return answers;
    }
}
