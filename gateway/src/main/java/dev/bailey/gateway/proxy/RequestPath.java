package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.proxy.AheadOfFollower.Sided;
import dev.bailey.gateway.upstream.SideLimits;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.GatewaySpec;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of a request, from its head to its answer: {@link #way} reads top to bottom. Everything runs on the request's event loop. */
public final class RequestPath {

    private static final Logger log = LoggerFactory.getLogger(RequestPath.class);

    private final Supplier<Snapshot> snapshots;
    private final GatewaySpec bounds;
    private final Answers answers;
    private final AheadOfFollower ahead;
    private final ReadLimits limits;
    private final Reads reads;
    private final Writes writes;

    public RequestPath(
            Supplier<Snapshot> snapshots,
            GatewaySpec bounds,
            WritePath writePath,
            Translator translator,
            ShadowTap shadow,
            SideLimits limits,
            Answers answers) {
        this.snapshots = snapshots;
        this.bounds = bounds;
        this.answers = answers;
        this.ahead = new AheadOfFollower(writePath);
        this.limits = new ReadLimits(limits);
        this.reads = new Reads(bounds, translator, shadow, limits, answers);
        this.writes = new Writes(bounds, writePath, translator, limits, answers);
    }

    /** Takes a request whose head has come. */
    public void handle(Exchange exchange) {
        try {
            way(exchange);
        } catch (RuntimeException bug) {
            failed(exchange, bug);
        }
    }

    private void way(Exchange exchange) {
        Snapshot snapshot = snapshots.get();
        RouteMatch match = Router.match(snapshot, exchange.facts());
        if (match == null) {
            reads.passThrough(exchange);
            return;
        }
        whenKeyIsAtHand(exchange, match, () -> {
            RouteDecision decision = Router.decide(snapshot.state(match.slice().name()), match, exchange.facts());
            if (decision.rejected()) {
                answers.missingKey(exchange, match);
            } else if (decision.write()) {
                writes.whenBodyIsAtHand(
                        exchange,
                        decision,
                        () -> writes.admit(
                                exchange,
                                match,
                                admitted -> writes.forward(
                                        admitted,
                                        result -> writes.settle(
                                                admitted, result, answer -> writes.answer(admitted, answer)))));
            } else {
                Sided sided = ahead.side(decision);
                switch (limits.ask(match.slice(), sided)) {
                    case PASS -> reads.forward(exchange, match, sided.decision(), sided.mayFallBack());
                    case FALL_BACK -> {
                        exchange.lane().traffic().fallback(match.slice().name());
                        reads.forward(exchange, match, decision.servedBy(Side.LEGACY, Rule.FALLBACK), false);
                    }
                    case OVER_CAP -> answers.overCap(exchange, sided.decision().side());
                }
            }
        });
    }

    private void whenKeyIsAtHand(Exchange exchange, RouteMatch match, Runnable then) {
        if (!match.needsBody() || exchange.body().isEmpty()) {
            then.run();
            return;
        }
        exchange.body().collect(bounds.maxBodyKeptBytes(), () -> {
            if (exchange.isGone()) {
                return;
            }
            if (exchange.body().isWhole()) {
                exchange.facts().bodyIs(exchange.body().bytes());
            }
            guarded(exchange, then);
        });
    }

    private void guarded(Exchange exchange, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            failed(exchange, bug);
        }
    }

    private void failed(Exchange exchange, RuntimeException bug) {
        log.error("request {} failed in the gateway itself", exchange.requestId(), bug);
        answers.error(exchange, 500, "the gateway failed; see its log", null);
    }
}
