package dev.bailey.model.route;

import dev.bailey.model.spec.ByteWords;
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
 *
 * <p>The tree lies in a few arrays, so that a walk down it stays in few lines of the cache: nodes are numbers, the root is
 * 0, and all literal edges stand in one table by open addressing, at most half full.
 */
final class RouteTable {

    private static final int ROOT = 0;
    private static final int NONE = 0; // no edge leads to the root

    private static final int EDGE =
            4; // first two words of the literal; node, length, and the node it leads to in one; nothing
    private static final int NODE_BITS = 24;
    private static final int LENGTH_BITS = 16;
    private static final int NODE = 4; // node after a name; first route here; first route of the rest; end of the rest
    private static final int LITERALS = 1 << NODE_BITS; // beside the node after a name: there are literals as well

    private final long[] edges;
    private final long[][] more; // of literals that are longer: all their words but the first
    private final int mask;
    private final int[] nodes;
    private final CompiledRoute[] routes;

    private RouteTable(List<RouteTree> trees) {
        if (trees.size() >= 1 << NODE_BITS) {
            throw new IllegalArgumentException(
                    trees.size() + " nodes of routes (expected < " + (1 << NODE_BITS) + "): split the migration");
        }
        int literals = trees.stream().mapToInt(tree -> tree.literals.size()).sum();
        int places = Integer.highestOneBit(Math.max(1, literals)) << 2;
        this.edges = new long[places * EDGE];
        this.more = new long[places][];
        this.mask = places - 1;
        this.nodes = new int[trees.size() * NODE];
        Map<RouteTree, Integer> numbers = new HashMap<>();
        trees.forEach(tree -> numbers.put(tree, numbers.size()));
        List<CompiledRoute> all = new ArrayList<>();
        for (int node = 0; node < trees.size(); node++) {
            RouteTree tree = trees.get(node);
            for (Map.Entry<String, RouteTree> literal : tree.literals.entrySet()) {
                put(
                        node,
                        literal.getKey().getBytes(StandardCharsets.UTF_8),
                        numbers.getOrDefault(literal.getValue(), NONE));
            }
            nodes[node * NODE] = (tree.named == null ? NONE : numbers.getOrDefault(tree.named, NONE))
                    | (tree.literals.isEmpty() ? 0 : LITERALS);
            nodes[node * NODE + 1] = all.size();
            tree.here.stream().sorted(CompiledRoute.MORE_SPECIFIC_FIRST).forEach(all::add);
            nodes[node * NODE + 2] = all.size();
            tree.rest.stream().sorted(CompiledRoute.MORE_SPECIFIC_FIRST).forEach(all::add);
            nodes[node * NODE + 3] = all.size();
        }
        this.routes = all.toArray(CompiledRoute[]::new);
    }

    /** Slices are numbered by their place in the file. */
    static RouteTable of(MigrationSpec spec) {
        RouteTree root = new RouteTree();
        List<SliceSpec> slices = spec.slices();
        for (int index = 0; index < slices.size(); index++) {
            for (RouteSpec route : slices.get(index).routes()) {
                root.add(index, slices.get(index), route);
            }
        }
        List<RouteTree> trees = new ArrayList<>();
        root.collect(trees);
        return new RouteTable(trees);
    }

    private void put(int node, byte[] literal, int after) {
        if (literal.length >= 1 << LENGTH_BITS) {
            throw new IllegalArgumentException("a path segment of " + literal.length + " bytes (expected < "
                    + (1 << LENGTH_BITS) + "): shorten the route's path");
        }
        long first = ByteWords.word(literal, 0, literal.length);
        int place = place(node, ByteWords.hash(first, literal, 0, literal.length));
        while (edges[place * EDGE + 2] != NONE) {
            place = place + 1 & mask;
        }
        edges[place * EDGE] = first;
        edges[place * EDGE + 1] = second(literal, 0, literal.length);
        edges[place * EDGE + 2] = nodeAndLength(node, literal.length) << NODE_BITS | after;
        more[place] = ByteWords.afterFirst(literal);
    }

    private int place(int node, long hash) {
        return (int) hash + node * 0x9e3779b9 & mask;
    }

    /** The node a literal leads to from another. */
    private int after(int node, byte[] bytes, int from, int to) {
        long first = ByteWords.word(bytes, from, to);
        if (to - from >= 1 << LENGTH_BITS) {
            return NONE;
        }
        long nodeAndLength = nodeAndLength(node, to - from);
        int place = place(node, ByteWords.hash(first, bytes, from, to));
        while (true) {
            long edge = edges[place * EDGE + 2];
            if (edge >>> NODE_BITS == nodeAndLength
                    && edges[place * EDGE] == first
                    && edges[place * EDGE + 1] == second(bytes, from, to)
                    && (to - from <= 16 || ByteWords.goOn(more[place], bytes, from, to))) {
                return (int) edge & (1 << NODE_BITS) - 1;
            }
            if (edge == NONE) {
                return NONE;
            }
            place = place + 1 & mask;
        }
    }

    private static long second(byte[] bytes, int from, int to) {
        return to - from > 8 ? ByteWords.word(bytes, from + 8, to) : 0;
    }

    private static long nodeAndLength(int node, int length) {
        return (long) node << LENGTH_BITS | length;
    }

    /** The route of a request, whose path values are then found in the decision's path; null when no slice claims it. */
    @Nullable
    CompiledRoute match(RequestFacts facts, Decision into) {
        if (!into.path.read(facts)) {
            return null;
        }
        into.method = facts.method();
        return match(ROOT, 0, 0, facts, into);
    }

    /** Goes down as long as there is one way, and tries each way after the other where there are several. */
    private @Nullable CompiledRoute match(int from, int begin, int named, RequestFacts facts, Decision into) {
        PathSpans path = into.path;
        int node = from;
        int names = named;
        for (int at = begin; at < path.count(); at++) {
            int ways = nodes[node * NODE];
            int literal = (ways & LITERALS) == 0 ? NONE : after(node, path.bytes(), path.from(at), path.to(at));
            int afterName = ways & ~LITERALS;
            if (literal != NONE && afterName != NONE) {
                CompiledRoute found = match(literal, at + 1, names, facts, into);
                if (found != null) {
                    return found;
                }
                literal = NONE;
            }
            int next = literal != NONE ? literal : afterName;
            if (next == NONE) {
                return rest(node, facts, into);
            }
            if (literal == NONE) {
                path.name(names++, at);
            }
            if (nodes[node * NODE + 2] != nodes[node * NODE + 3]) {
                CompiledRoute found = match(next, at + 1, names, facts, into);
                return found != null ? found : rest(node, facts, into);
            }
            node = next;
        }
        CompiledRoute here = first(nodes[node * NODE + 1], nodes[node * NODE + 2], facts, into);
        return here != null ? here : rest(node, facts, into);
    }

    private @Nullable CompiledRoute rest(int node, RequestFacts facts, Decision into) {
        return first(nodes[node * NODE + 2], nodes[node * NODE + 3], facts, into);
    }

    /** The first route that accepts; one for GET stands in for HEAD unless a route names HEAD itself. */
    private @Nullable CompiledRoute first(int from, int to, RequestFacts facts, Decision into) {
        CompiledRoute found = null;
        for (int i = from; i < to; i++) {
            CompiledRoute route = routes[i];
            if (route.accepts(into.method, facts, into.scratch)) {
                if (!route.standsInForHead(into.method)) {
                    return found == null || route.namesHead() ? route : found;
                }
                found = found == null ? route : found;
            }
        }
        return found;
    }
}
