package dev.bailey.model.route;

import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.Map;

/** The side that owns the writes of an entity under a routing record: what the router decides for a write with a key. */
public final class WriteAuthority {

    private static final RouteSpec ANY_WRITE = new RouteSpec(
            "*", "/**", "", Map.of(), Map.of(), new EntitySource(EntitySource.Kind.PATH, ""), MissingKey.LEGACY, true);

    private WriteAuthority() {}

    public static Side of(SliceSpec slice, SliceState state, EntityKey key) {
        return switch (PhaseTable.row(state.phase()).writes()) {
            case LEGACY -> Side.LEGACY;
            case MODERN -> Side.MODERN;
            case RAMP ->
                Router.decide(state, new RouteMatch(slice, ANY_WRITE, Map.of()), key)
                        .side();
        };
    }
}
