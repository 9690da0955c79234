package dev.bailey.model.route;

import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes compiled into a tree of path segments. A literal segment wins over a name, a name over the rest; of routes with
 * the same path the one that asks for more (method, host, headers, query) wins, then the one written first. A GET route
 * serves HEAD too. What paths count as the same is said in {@link PathSegments}.
 */
final class RouteTable {

    private final Node root = new Node();

    static RouteTable of(MigrationSpec spec) {
        RouteTable table = new RouteTable();
        for (SliceSpec slice : spec.slices()) {
            for (RouteSpec route : slice.routes()) {
                table.add(slice, route);
            }
        }
        return table;
    }

    private void add(SliceSpec slice, RouteSpec route) {
        List<String> names = new ArrayList<>();
        Node node = root;
        for (String segment : PathSegments.of(route.path())) {
            if (segment.equals("**")) {
                node.rest.add(new Entry(slice, route, List.copyOf(names)));
                node.rest.sort(Entry.MORE_SPECIFIC_FIRST);
                return;
            }
            if (segment.startsWith("{") && segment.endsWith("}")) {
                names.add(segment.substring(1, segment.length() - 1));
                if (node.named == null) {
                    node.named = new Node();
                }
                node = node.named;
            } else {
                node = node.literal.computeIfAbsent(segment, _ -> new Node());
            }
        }
        node.here.add(new Entry(slice, route, List.copyOf(names)));
        node.here.sort(Entry.MORE_SPECIFIC_FIRST);
    }

    @Nullable
    RouteMatch match(RequestFacts facts) {
        if (!facts.path().startsWith("/")) {
            return null;
        }
        String[] segments = PathSegments.of(facts.path());
        return match(root, segments, 0, new ArrayList<>(2), facts);
    }

    private static @Nullable RouteMatch match(
            Node node, String[] segments, int at, List<String> values, RequestFacts facts) {
        if (at == segments.length) {
            RouteMatch here = first(node.here, values, facts);
            return here != null ? here : first(node.rest, values, facts);
        }
        Node literal = node.literal.get(segments[at]);
        if (literal != null) {
            RouteMatch found = match(literal, segments, at + 1, values, facts);
            if (found != null) {
                return found;
            }
        }
        if (node.named != null) {
            values.add(segments[at]);
            RouteMatch found = match(node.named, segments, at + 1, values, facts);
            values.removeLast();
            if (found != null) {
                return found;
            }
        }
        return first(node.rest, values, facts);
    }

    /** The first entry that accepts; one for GET stands in for HEAD unless an entry names HEAD itself. */
    private static @Nullable RouteMatch first(List<Entry> entries, List<String> values, RequestFacts facts) {
        Entry found = null;
        for (Entry entry : entries) {
            if (entry.accepts(facts)) {
                if (!entry.standsInForHead(facts)) {
                    found = found == null || entry.route.method().equals("HEAD") ? entry : found;
                    break;
                }
                found = found == null ? entry : found;
            }
        }
        return found == null ? null : found.matched(values);
    }

    private static final class Node {
        final Map<String, Node> literal = new HashMap<>();

        @Nullable
        Node named;

        final List<Entry> here = new ArrayList<>();
        final List<Entry> rest = new ArrayList<>();
    }

    private record Entry(SliceSpec slice, RouteSpec route, List<String> names) {

        static final java.util.Comparator<Entry> MORE_SPECIFIC_FIRST =
                java.util.Comparator.comparingInt(Entry::demands).reversed();

        int demands() {
            return (route.method().equals("*") ? 0 : 1)
                    + (route.host().isEmpty() ? 0 : 1)
                    + route.headers().size()
                    + route.query().size();
        }

        boolean accepts(RequestFacts facts) {
            if (!route.method().equals("*") && !route.method().equals(facts.method()) && !standsInForHead(facts)) {
                return false;
            }
            if (!route.host().isEmpty() && !route.host().equalsIgnoreCase(hostOf(facts))) {
                return false;
            }
            for (Map.Entry<String, String> header : route.headers().entrySet()) {
                if (!header.getValue().equals(facts.header(header.getKey()))) {
                    return false;
                }
            }
            for (Map.Entry<String, String> parameter : route.query().entrySet()) {
                if (!parameter.getValue().equals(RequestValues.query(facts, parameter.getKey()))) {
                    return false;
                }
            }
            return true;
        }

        boolean standsInForHead(RequestFacts facts) {
            return route.method().equals("GET") && facts.method().equals("HEAD");
        }

        RouteMatch matched(List<String> values) {
            Map<String, String> named = new HashMap<>();
            for (int i = 0; i < names.size(); i++) {
                named.put(names.get(i), values.get(i));
            }
            return new RouteMatch(slice, route, named);
        }

        private static @Nullable String hostOf(RequestFacts facts) {
            String host = facts.header("host");
            if (host == null) {
                return null;
            }
            int colon = host.lastIndexOf(':');
            String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
            return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        }
    }
}
