package dev.bailey.model.route;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseRow;
import dev.bailey.model.phase.PhaseRow.Compared;
import dev.bailey.model.phase.PhaseRow.Replication;
import dev.bailey.model.phase.PhaseRow.Serving;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.spec.CohortSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.SliceSpec;
import org.jspecify.annotations.Nullable;

/** Decides where a request goes, purely: the same snapshot and facts always give the same decision. */
public final class Router {

    private Router() {}

    /** The route of a request; null when no slice claims it. */
    public static @Nullable RouteMatch match(Snapshot snapshot, RequestFacts facts) {
        return snapshot.routes().match(facts);
    }

    /** The decision for a request no slice claims. */
    public static RouteDecision unmatched() {
        return new RouteDecision(
                null,
                null,
                null,
                -1,
                null,
                Phase.LEGACY_ONLY,
                Epoch.FIRST,
                Side.LEGACY,
                false,
                false,
                null,
                false,
                Rule.UNMATCHED,
                false);
    }

    /** Matches and decides in one go. A body pointer is read from the facts, so the body must be at hand where it counts. */
    public static RouteDecision decide(Snapshot snapshot, RequestFacts facts) {
        RouteMatch match = match(snapshot, facts);
        return match == null ? unmatched() : decide(snapshot.state(match.slice().name()), match, facts);
    }

    /** Decides under a given routing record, for the current and for a prepared one alike. */
    public static RouteDecision decide(SliceState state, RouteMatch match, RequestFacts facts) {
        SliceSpec slice = match.slice();
        boolean write = match.route().write();
        EntityKey entity = entity(match, facts);
        PhaseRow row = PhaseTable.row(state.phase());
        Serving serving = byAuthority(slice, write) ? row.writes() : row.reads();

        Choice choice = choose(state, match, facts, entity, serving);
        boolean journalled = !choice.rejected && write && slice.hasState() && row.replication() != Replication.NONE;
        Side follower = journalled && row.replication() == Replication.FOLLOWER ? choice.side.other() : null;
        boolean compare = !choice.rejected && !write && row.compared().contains(Compared.ANSWERS);
        return new RouteDecision(
                slice,
                match.route(),
                entity,
                choice.bucket,
                choice.cohort,
                state.phase(),
                state.epoch(),
                choice.side,
                write,
                journalled,
                follower,
                compare,
                choice.rule,
                choice.rejected);
    }

    /** A stateless slice has no authority to hang on; a switch moves reads with the writes, in one step. */
    private static boolean byAuthority(SliceSpec slice, boolean write) {
        return switch (slice.kind()) {
            case STATEFUL -> write;
            case STATELESS -> false;
            case SWITCH -> true;
        };
    }

    private static @Nullable EntityKey entity(RouteMatch match, RequestFacts facts) {
        String value = RequestValues.read(match.route().entity(), facts, match.pathValues());
        return value == null ? null : new EntityKey(value);
    }

    private static Choice choose(
            SliceState state, RouteMatch match, RequestFacts facts, @Nullable EntityKey entity, Serving serving) {
        SliceSpec slice = match.slice();
        boolean minted = match.route().entity().kind() == EntitySource.Kind.RESPONSE;
        if (entity == null && !minted && match.route().missing() == MissingKey.REJECT) {
            return new Choice(serving == Serving.MODERN ? Side.MODERN : Side.LEGACY, -1, null, Rule.MISSING_KEY, true);
        }
        int bucket = entity == null ? -1 : Bucket.of(slice.name(), entity.value());
        if (serving != Serving.RAMP) {
            Side side = serving == Serving.LEGACY ? Side.LEGACY : Side.MODERN;
            return new Choice(side, bucket, null, Rule.PHASE, false);
        }
        if (minted) {
            Side side = state.ramp().isFull() ? Side.MODERN : Side.LEGACY;
            return new Choice(side, bucket, null, Rule.MINTED_KEY, false);
        }
        if (entity != null && slice.deny().contains(entity.value())) {
            return new Choice(Side.LEGACY, bucket, null, Rule.DENY, false);
        }
        if (entity != null && slice.allow().contains(entity.value())) {
            return new Choice(Side.MODERN, bucket, null, Rule.ALLOW, false);
        }
        for (CohortSpec cohort : slice.cohorts()) {
            if (decidesAlways(cohort, match)
                    && state.cohorts().contains(cohort.name())
                    && belongs(cohort, entity, facts, match)) {
                return new Choice(Side.MODERN, bucket, cohort.name(), Rule.COHORT, false);
            }
        }
        if (entity == null) {
            return missing(state, match, facts);
        }
        return new Choice(state.ramp().covers(bucket) ? Side.MODERN : Side.LEGACY, bucket, null, Rule.RAMP, false);
    }

    private static Choice missing(SliceState state, RouteMatch match, RequestFacts facts) {
        boolean byAuthority = byAuthority(match.slice(), match.route().write());
        MissingKey policy = byAuthority ? MissingKey.LEGACY : match.route().missing();
        return switch (policy) {
            case LEGACY, REJECT ->
                new Choice(state.ramp().isFull() ? Side.MODERN : Side.LEGACY, -1, null, Rule.MISSING_KEY, false);
            case MODERN -> new Choice(Side.MODERN, -1, null, Rule.MISSING_KEY, false);
            case HASH_CLIENT -> {
                int bucket = Bucket.of(match.slice().name(), facts.clientAddress());
                Side side = state.ramp().covers(bucket) ? Side.MODERN : Side.LEGACY;
                yield new Choice(side, bucket, null, Rule.MISSING_KEY, false);
            }
        };
    }

    /** Write authority must hang on the entity alone, or two clients could write it at both sides. */
    private static boolean decidesAlways(CohortSpec cohort, RouteMatch match) {
        return !byAuthority(match.slice(), match.route().write()) || isOfKeys(cohort);
    }

    private static boolean isOfKeys(CohortSpec cohort) {
        return cohort.source().kind() == EntitySource.Kind.CONST;
    }

    private static boolean belongs(
            CohortSpec cohort, @Nullable EntityKey entity, RequestFacts facts, RouteMatch match) {
        String value = isOfKeys(cohort)
                ? (entity == null ? null : entity.value())
                : RequestValues.read(cohort.source(), facts, match.pathValues());
        return value != null && cohort.in().contains(value);
    }

    private record Choice(Side side, int bucket, @Nullable String cohort, Rule rule, boolean rejected) {}
}
