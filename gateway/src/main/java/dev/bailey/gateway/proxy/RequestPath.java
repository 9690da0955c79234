package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.load.ShedCause;
import dev.bailey.gateway.upstream.SideLimits;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.GatewaySpec;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of a request, from its head to its answer: {@link #way} reads top to bottom. Everything runs on the request's event loop. */
public final class RequestPath {

    private static final Logger log = LoggerFactory.getLogger(RequestPath.class);

    private final Supplier<Snapshot> snapshots;
    private final GatewaySpec bounds;
    private final Answers answers;
    private final Versions versions;
    private final Reads reads;
    private final Writes writes;
    private final Succession succession;

    public RequestPath(
            Supplier<Snapshot> snapshots,
            GatewaySpec bounds,
            WritePath writePath,
            Translator translator,
            ShadowTap shadow,
            SideLimits limits,
            Answers answers,
            VersionUse versionUse,
            Succession succession) {
        this.snapshots = snapshots;
        this.bounds = bounds;
        this.answers = answers;
        this.versions = new Versions(versionUse);
        this.reads = new Reads(bounds, writePath, translator, shadow, limits, answers);
        this.writes = new Writes(bounds, writePath, translator, limits, answers, succession);
        this.succession = succession;
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
        ShedCause shed = exchange.lane().load().refuses();
        if (shed != null) {
            answers.shed(exchange, shed, exchange.lane().load().retryAfterSeconds());
            return;
        }
        exchange.admitted();
        Relay relay = succession.relay();
        if (relay != null) {
            relay.carry(exchange);
            return;
        }
        if (MaxForwards.answers(exchange, answers)) {
            return;
        }
        Decision decision = decide(exchange);
        if (decision.needsBody()) {
            exchange.body().collect(bounds.maxBodyKeptBytes(), () -> {
                if (!exchange.isGone()) {
                    guarded(exchange, () -> bodyCame(exchange));
                }
            });
        } else {
            decided(exchange, decision);
        }
    }

    /** Bodies take their time: another process may carry requests meanwhile. */
    private void bodyCame(Exchange exchange) {
        Relay relay = succession.relay();
        if (relay != null) {
            relay.carry(exchange);
        } else {
            decided(exchange, withBody(exchange));
        }
    }

    private Decision decide(Exchange exchange) {
        Decision decision = exchange.lane().decision();
        Traffic.Stripe traffic = exchange.lane().traffic();
        boolean timed = exchange.isSampled();
        long before = timed ? System.nanoTime() : 0;
        Snapshot snapshot = snapshots.get();
        Router.decide(snapshot, exchange.facts(), decision);
        if (timed) {
            traffic.decided(System.nanoTime() - before);
        }
        if (!decision.needsBody()) {
            versions.of(exchange, snapshot, decision);
            if (decision.beginsPin()) {
                exchange.pinOnceServed(Pins.Beginning.of(decision));
            }
        }
        return decision;
    }

    private Decision withBody(Exchange exchange) {
        exchange.facts().bodyIs(exchange.body().isWhole() ? exchange.body().bytes() : null);
        return decide(exchange);
    }

    /** @param decision the event loop's own, which the next request writes over */
    private void decided(Exchange exchange, Decision decision) {
        if (!decision.isMatched()) {
            reads.passThrough(exchange);
        } else if (decision.isRejected()) {
            answers.missingKey(exchange, Objects.requireNonNull(decision.route()));
        } else if (decision.isWrite()) {
            write(exchange, Objects.requireNonNull(decision.match()), decision.decision());
        } else {
            reads.serve(exchange, decision);
        }
    }

    private void write(Exchange exchange, RouteMatch match, RouteDecision decision) {
        if (writes.isOverCap(match, decision)) {
            answers.overCap(exchange, decision.side());
            return;
        }
        writes.whenBodyIsAtHand(
                exchange,
                decision,
                () -> writes.admit(
                        exchange,
                        match,
                        admitted -> writes.forward(
                                admitted,
                                result -> writes.settle(admitted, result, answer -> writes.answer(admitted, answer)))));
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
