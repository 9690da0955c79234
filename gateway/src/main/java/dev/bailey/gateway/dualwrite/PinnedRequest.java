package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.RouteSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A write whose entity key was read once, so that it can be decided again at any time and on any thread without looking at
 * the request. A write's authority hangs on its entity alone, so nothing else of the request is needed.
 */
record PinnedRequest(RouteMatch match, @Nullable EntityKey entity, String method) {

    SliceName slice() {
        return match.slice().name();
    }

    RouteDecision under(SliceState state) {
        RouteSpec route = match.route();
        if (route.entity().isMinted()) {
            return Router.decide(state, match, NoFacts.INSTANCE);
        }
        EntitySource pinned = new EntitySource(EntitySource.Kind.CONST, entity == null ? "" : entity.value());
        RouteSpec known = new RouteSpec(
                route.method(),
                route.path(),
                route.host(),
                route.headers(),
                route.query(),
                pinned,
                route.missing(),
                route.write());
        RouteDecision decided = Router.decide(state, new RouteMatch(match.slice(), known, Map.of()), NoFacts.INSTANCE);
        return new RouteDecision(
                decided.spec(),
                route,
                decided.entity(),
                decided.bucket(),
                decided.cohort(),
                decided.phase(),
                decided.epoch(),
                decided.side(),
                decided.write(),
                decided.journalled(),
                decided.follower(),
                decided.compareAnswers(),
                decided.rule(),
                decided.rejected());
    }

    /**
     * Whether a routing record would send this write another way than a decision did, or may give what it writes to another
     * side: the key of a create is not known before.
     */
    boolean differs(RouteDecision decision, SliceState prepared) {
        if (match.route().entity().isMinted()) {
            return true;
        }
        RouteDecision then = under(prepared);
        return then.side() != decision.side()
                || then.journalled() != decision.journalled()
                || then.follower() != decision.follower();
    }

    private enum NoFacts implements RequestFacts {
        INSTANCE;

        @Override
        public String method() {
            return "";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }
    }
}
