package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.SideLimits;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Router;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
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
    private final Answers answers;

    Reads(GatewaySpec bounds, Translator translator, ShadowTap shadow, SideLimits limits, Answers answers) {
        this.bounds = bounds;
        this.translator = translator;
        this.shadow = shadow;
        this.limits = limits;
        this.answers = answers;
    }

    /** To legacy, untouched. */
    void passThrough(Exchange exchange) {
        new ReadAttempt(this, exchange, null, Router.unmatched(), false, false).start(null);
    }

    /** To the decision's side; to legacy when modern fails before its answer began and {@code mayFallBack}. */
    void forward(Exchange exchange, RouteMatch match, RouteDecision decision, boolean mayFallBack) {
        boolean tapped = wants(decision);
        boolean translated = translator.translates(decision.side(), match.route());
        if (exchange.body().isEmpty() || !(tapped || translated || mayFallBack)) {
            new ReadAttempt(this, exchange, match, decision, mayFallBack, tapped).start(noBodyOf(exchange));
            return;
        }
        // Only a body held whole can be sent to a second side, or turned into another contract.
        exchange.body().collect(bounds.maxBodyKeptBytes(), () -> {
            if (exchange.isGone()) {
                limits.of(match.slice(), decision.side()).breaker().release();
            } else if (exchange.body().isWhole()) {
                new ReadAttempt(this, exchange, match, decision, mayFallBack, tapped)
                        .start(exchange.body().bytes());
            } else if (translated) {
                limits.of(match.slice(), decision.side()).breaker().release();
                answers.error(
                        exchange,
                        413,
                        "a body above " + bounds.maxBodyKeptBytes() + " bytes cannot be translated",
                        decision.side());
            } else {
                new ReadAttempt(this, exchange, match, decision, false, false).start(null);
            }
        });
    }

    private static byte @Nullable [] noBodyOf(Exchange exchange) {
        return exchange.body().isEmpty() ? new byte[0] : null;
    }

    private boolean wants(RouteDecision decision) {
        try {
            return shadow.wants(decision);
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

    Duration timeout(@Nullable SliceSpec slice) {
        return slice == null ? bounds.idleTimeout() : slice.limits().timeout();
    }

    GatewaySpec bounds() {
        return bounds;
    }

    Translator translator() {
        return translator;
    }

    SideLimits limits() {
        return limits;
    }

    Answers answers() {
        return answers;
    }
}
