package dev.bailey.model.route;

import dev.bailey.model.phase.PhaseRow.Serving;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.SliceSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides where a request goes, purely: the same snapshot and facts always give the same decision. */
public final class Router {

    private Router() {}

    /**
     * Matches and decides in one go, without allocating: the request path's own way. A key in the body is read from the
     * facts, so where the decision {@link Decision#needsBody() needs the body}, decide again once it is at hand.
     */
    public static void decide(Snapshot snapshot, RequestFacts facts, Decision into) {
        CompiledRoute route = snapshot.routes().match(facts, into);
        if (route == null) {
            into.unmatched();
            return;
        }
        SliceRules rules = snapshot.rules(route.sliceIndex);
        into.begin(rules, route, facts);
        choose(rules, route, facts, into);
    }

    /**
     * The version of its slice's interface that a decided request asks for: its place in {@link SliceSpec#versions()}, or -1.
     *
     * @param decided what was last decided about these same facts under this snapshot
     */
    public static int version(Snapshot snapshot, RequestFacts facts, Decision decided) {
        return decided.isMatched()
                ? snapshot.versions(decided.sliceIndex()).of(facts, decided.path, decided.scratch)
                : VersionRules.NONE;
    }

    /**
     * Puts the one who counts as the user of a version into a text; false when the slice counts nobody, or the request
     * does not say who it is.
     *
     * @param decided what was last decided about these same facts under this snapshot
     */
    public static boolean consumer(Snapshot snapshot, RequestFacts facts, Decision decided, Text into) {
        return decided.isMatched() && snapshot.versions(decided.sliceIndex()).consumer(facts, decided, into);
    }

    /** Matches and decides in one go. A body pointer is read from the facts, so the body must be at hand where it counts. */
    public static RouteDecision decide(Snapshot snapshot, RequestFacts facts) {
        Decision decision = new Decision();
        decide(snapshot, facts, decision);
        return decision.decision();
    }

    /** The route of a request; null when no slice claims it. */
    public static @Nullable RouteMatch match(Snapshot snapshot, RequestFacts facts) {
        Decision decision = new Decision();
        decide(snapshot, facts, decision);
        return decision.match();
    }

    /** The decision for a request no slice claims. */
    public static RouteDecision unmatched() {
        return new Decision().decision();
    }

    /** Decides under a given routing record, for the current and for a prepared one alike. */
    public static RouteDecision decide(SliceState state, RouteMatch match, RequestFacts facts) {
        SliceRules rules = new SliceRules(match.slice(), state);
        Decision decision = new Decision();
        CompiledRoute route = loaded(match, decision.path);
        decision.begin(rules, route, facts);
        choose(rules, route, facts, decision);
        return decision.decision();
    }

    /** Decides about a write whose key was read before, or that has none; of the request nothing else is looked at. */
    public static RouteDecision decide(SliceState state, RouteMatch match, @Nullable EntityKey entity) {
        SliceRules rules = new SliceRules(match.slice(), state);
        Decision decision = new Decision();
        CompiledRoute route = loaded(match, decision.path);
        decision.begin(rules, route, entity);
        choose(rules, route, NothingElse.INSTANCE, decision);
        return decision.decision();
    }

    private static CompiledRoute loaded(RouteMatch match, PathSpans path) {
        Map<String, String> values = match.pathValues();
        CompiledRoute route =
                new CompiledRoute(Decision.NO_SLICE, match.slice(), match.route(), List.copyOf(values.keySet()));
        String[] names = route.names();
        String[] segments = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            segments[i] = Objects.requireNonNull(values.get(names[i]));
            path.name(i, i);
        }
        path.load(segments);
        return route;
    }

    private static void choose(SliceRules rules, CompiledRoute route, RequestFacts facts, Decision into) {
        boolean write = route.write;
        Serving serving = rules.serving(write);
        Side pinned = into.pin();
        if (!into.hasKey() && !route.minted && route.spec.missing() == MissingKey.REJECT) {
            into.rejectedAt(serving == Serving.MODERN ? Side.MODERN : Side.LEGACY);
        } else if (serving != Serving.RAMP) {
            into.decided(serving == Serving.LEGACY ? Side.LEGACY : Side.MODERN, Rule.PHASE);
        } else if (into.hasKey() && rules.denies(into)) {
            into.decided(Side.LEGACY, Rule.DENY);
        } else if (pinned != null) {
            into.decided(pinned, Rule.PIN);
        } else if (route.minted) {
            into.decided(rules.whole(), Rule.MINTED_KEY);
        } else if (into.hasKey() && rules.allows(into)) {
            into.decided(Side.MODERN, Rule.ALLOW);
        } else {
            onRamp(rules, route, rules.byAuthority(write), facts, into);
        }
    }

    private static void onRamp(
            SliceRules rules, CompiledRoute route, boolean byAuthority, RequestFacts facts, Decision into) {
        String cohort = rules.cohort(byAuthority, facts, into);
        if (cohort != null) {
            into.decidedForCohort(cohort);
        } else if (into.hasKey()) {
            into.decided(rules.parts() ? rules.side(into.bucket()) : rules.whole(), Rule.RAMP);
        } else {
            missing(rules, byAuthority ? MissingKey.LEGACY : route.spec.missing(), facts, into);
        }
    }

    private static void missing(SliceRules rules, MissingKey policy, RequestFacts facts, Decision into) {
        switch (policy) {
            case LEGACY, REJECT -> into.decided(rules.whole(), Rule.MISSING_KEY);
            case MODERN -> into.decided(Side.MODERN, Rule.MISSING_KEY);
            case HASH_CLIENT -> {
                into.scratch.set(facts.clientAddress());
                int bucket = rules.bucket(into.scratch.hash());
                into.decidedByClient(bucket, rules.side(bucket));
            }
        }
    }

    /** Of a request whose key is known, nothing else may count. */
    private enum NothingElse implements RequestFacts {
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
