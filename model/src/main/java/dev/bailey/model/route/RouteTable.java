package dev.bailey.model.route;

import dev.bailey.model.spec.KeySet;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes compiled into a tree of path segments. A literal segment wins over a name, a name over the rest; of routes with
 * the same path the one that asks for more (method, host, headers, query) wins, then the one written first. A GET route
 * serves HEAD too. What paths count as the same is said in {@link PathSegments}. Immutable; matching allocates nothing.
 */
final class RouteTable {

    private final Node root;

    private RouteTable(Node root) {
        this.root = root;
    }

    /** Slices are numbered by their place in the file. */
    static RouteTable of(MigrationSpec spec) {
        Draft root = new Draft();
        List<SliceSpec> slices = spec.slices();
        for (int index = 0; index < slices.size(); index++) {
            for (RouteSpec route : slices.get(index).routes()) {
                root.add(index, slices.get(index), route);
            }
        }
        return new RouteTable(root.compiled());
    }

    /** The route of a request, whose path values are then found in {@code path}; null when no slice claims it. */
    @Nullable
    CompiledRoute match(RequestFacts facts, PathSpans path, Text scratch) {
        return path.read(facts) ? match(root, 0, 0, facts.method(), facts, path, scratch) : null;
    }

    /** Goes down as long as there is one way, and tries each way after the other where there are several. */
    private static @Nullable CompiledRoute match(
            Node from, int begin, int named, String method, RequestFacts facts, PathSpans path, Text scratch) {
        Node node = from;
        int names = named;
        for (int at = begin; at < path.count(); at++) {
            int literal = node.literals.find(path.bytes(), path.from(at), path.to(at));
            Node next;
            if (literal < 0) {
                next = node.named;
            } else if (node.named == null) {
                next = node.after[literal];
            } else {
                CompiledRoute found = match(node.after[literal], at + 1, names, method, facts, path, scratch);
                if (found != null) {
                    return found;
                }
                next = node.named;
            }
            if (next == null) {
                return first(node.rest, method, facts, scratch);
            }
            if (next == node.named) {
                path.name(names++, at);
            }
            if (node.rest.length > 0) {
                CompiledRoute found = match(next, at + 1, names, method, facts, path, scratch);
                return found != null ? found : first(node.rest, method, facts, scratch);
            }
            node = next;
        }
        CompiledRoute here = first(node.here, method, facts, scratch);
        return here != null ? here : first(node.rest, method, facts, scratch);
    }

    /** The first route that accepts; one for GET stands in for HEAD unless a route names HEAD itself. */
    private static @Nullable CompiledRoute first(
            CompiledRoute[] routes, String method, RequestFacts facts, Text scratch) {
        CompiledRoute found = null;
        for (CompiledRoute route : routes) {
            if (route.accepts(method, facts, scratch)) {
                if (!route.standsInForHead(method)) {
                    return found == null || route.namesHead() ? route : found;
                }
                found = found == null ? route : found;
            }
        }
        return found;
    }

    private static final class Node {
        final KeySet literals;
        final Node[] after; // by the literal's place
        final @Nullable Node named;
        final CompiledRoute[] here;
        final CompiledRoute[] rest;

        Node(KeySet literals, Node[] after, @Nullable Node named, CompiledRoute[] here, CompiledRoute[] rest) {
            this.literals = literals;
            this.after = after;
            this.named = named;
            this.here = here;
            this.rest = rest;
        }
    }

    /** A node while routes are still being added. */
    private static final class Draft {
        private final Map<String, Draft> literal = new HashMap<>();
        private @Nullable Draft named;
        private final List<CompiledRoute> here = new ArrayList<>();
        private final List<CompiledRoute> rest = new ArrayList<>();

        void add(int index, SliceSpec slice, RouteSpec route) {
            List<String> names = new ArrayList<>();
            Draft node = this;
            for (String segment : PathSegments.of(route.path())) {
                if (segment.equals("**")) {
                    node.rest.add(new CompiledRoute(index, slice, route, names));
                    return;
                }
                if (segment.startsWith("{") && segment.endsWith("}")) {
                    names.add(segment.substring(1, segment.length() - 1));
                    node = node.afterName();
                } else {
                    node = node.literal.computeIfAbsent(segment, _ -> new Draft());
                }
            }
            node.here.add(new CompiledRoute(index, slice, route, names));
        }

        private Draft afterName() {
            Draft known = named;
            if (known == null) {
                known = new Draft();
                named = known;
            }
            return known;
        }

        Node compiled() {
            KeySet literals = KeySet.copyOf(literal.keySet());
            Node[] after = new Node[literals.places()];
            literal.forEach((segment, draft) -> {
                byte[] key = segment.getBytes(StandardCharsets.UTF_8);
                after[literals.find(key, 0, key.length)] = draft.compiled();
            });
            return new Node(literals, after, named == null ? null : named.compiled(), sorted(here), sorted(rest));
        }

        private static CompiledRoute[] sorted(List<CompiledRoute> routes) {
            return routes.stream().sorted(CompiledRoute.MORE_SPECIFIC_FIRST).toArray(CompiledRoute[]::new);
        }
    }
}
