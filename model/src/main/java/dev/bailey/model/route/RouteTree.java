package dev.bailey.model.route;

import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tree of path segments while routes are being added to it; {@link RouteTable} is made from it. */
final class RouteTree {

    final Map<String, RouteTree> literals = new LinkedHashMap<>();
    final List<CompiledRoute> here = new ArrayList<>();
    final List<CompiledRoute> rest = new ArrayList<>();

    @Nullable
    RouteTree named;

    void add(int sliceIndex, SliceSpec slice, RouteSpec route) {
        List<String> names = new ArrayList<>();
        RouteTree node = this;
        for (String segment : PathSegments.of(route.path())) {
            if (segment.equals("**")) {
                node.rest.add(new CompiledRoute(sliceIndex, slice, route, names));
                return;
            }
            if (segment.startsWith("{") && segment.endsWith("}")) {
                names.add(segment.substring(1, segment.length() - 1));
                node = node.afterName();
            } else {
                node = node.literals.computeIfAbsent(segment, _ -> new RouteTree());
            }
        }
        node.here.add(new CompiledRoute(sliceIndex, slice, route, names));
    }

    private RouteTree afterName() {
        RouteTree known = named;
        if (known == null) {
            known = new RouteTree();
            named = known;
        }
        return known;
    }

    /** Lists the nodes of the tree, itself first. */
    void collect(List<RouteTree> into) {
        into.add(this);
        if (named != null) {
            named.collect(into);
        }
        literals.values().forEach(literal -> literal.collect(into));
    }
}
