package dev.bailey.gateway;

import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Copies of a slice with something changed, for tests. */
public final class Slices {

    private Slices() {}

    public static SliceSpec withRoutes(SliceSpec slice, RouteSpec... more) {
        return copy(slice, slice.kind(), Stream.concat(slice.routes().stream(), Stream.of(more)), slice.deny());
    }

    public static SliceSpec denying(SliceSpec slice, String... keys) {
        return copy(slice, slice.kind(), slice.routes().stream(), Set.of(keys));
    }

    public static SliceSpec withoutState(SliceSpec slice) {
        return copy(slice, SliceKind.STATELESS, slice.routes().stream(), slice.deny());
    }

    private static SliceSpec copy(SliceSpec slice, SliceKind kind, Stream<RouteSpec> routes, Set<String> deny) {
        List<RouteSpec> all = routes.toList();
        return new SliceSpec(
                slice.name(),
                kind,
                all,
                slice.translate(),
                slice.writes(),
                slice.data(),
                slice.shadow(),
                slice.compare(),
                slice.ramp(),
                slice.cohorts(),
                slice.allow(),
                deny,
                slice.limits(),
                slice.gates(),
                slice.versions(),
                slice.consumers(),
                slice.pins(),
                slice.feeds());
    }
}
