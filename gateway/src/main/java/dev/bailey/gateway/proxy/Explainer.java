package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.Snapshot;
import java.util.Optional;

/** Tells why a request goes where it goes, by the same steps as the request path. Thread-safe. */
public final class Explainer {

    private final AheadOfFollower ahead;

    public Explainer(WritePath writes) {
        this.ahead = new AheadOfFollower(writes);
    }

    public Explanation explain(Snapshot snapshot, RequestFacts facts) {
        RouteDecision decided = Router.decide(snapshot, facts);
        AheadOfFollower.Sided sided = ahead.side(decided);
        RouteDecision served = sided.decision();
        return new Explanation(
                decided.slice().map(Object::toString),
                Optional.ofNullable(decided.route()).map(route -> route.label()),
                Optional.ofNullable(decided.entity()).map(Object::toString),
                decided.bucket() < 0 ? Optional.empty() : Optional.of(decided.bucket()),
                Optional.ofNullable(decided.cohort()),
                decided.phase(),
                decided.epoch().value(),
                served.side(),
                decided.side(),
                decided.write(),
                decided.journalled(),
                Optional.ofNullable(decided.follower()),
                served.rule(),
                served.rule().meaning(),
                sided.ahead(),
                decided.rejected());
    }
}
