package dev.bailey.model.route;

import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.SliceSpec;

/** The side that owns the writes of an entity under a routing record: what the router decides for a write with a key. */
public final class WriteAuthority {

    private WriteAuthority() {}

    public static Side of(SliceSpec slice, SliceState state, EntityKey key) {
        return switch (PhaseTable.row(state.phase()).writes()) {
            case LEGACY -> Side.LEGACY;
            case MODERN -> Side.MODERN;
            case RAMP -> onRamp(slice, state, key);
        };
    }

    private static Side onRamp(SliceSpec slice, SliceState state, EntityKey key) {
        if (slice.deny().contains(key.value())) {
            return Side.LEGACY;
        }
        boolean across = slice.allow().contains(key.value())
                || slice.cohorts().stream()
                        .anyMatch(cohort -> cohort.source().kind() == EntitySource.Kind.CONST
                                && state.cohorts().contains(cohort.name())
                                && cohort.in().contains(key.value()))
                || state.ramp().covers(Bucket.of(slice.name(), key.value()));
        return across ? Side.MODERN : Side.LEGACY;
    }
}
