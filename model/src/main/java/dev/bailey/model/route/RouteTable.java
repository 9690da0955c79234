package dev.bailey.model.route;

import dev.bailey.model.spec.ByteWords;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final int NO_EDGE = -1;

    // first two words of the literal; node, length, and the node it leads to in one; the ways on from there
    private static final int EDGE = 4;
    private static final int EDGE_BYTES = 16; // of the literal
    private static final int NODE_BITS = 24;
    private static final int LENGTH_BITS = 16;
    private static final int NODE = 4; // ways on; first route here; first route of the rest; end of the rest

    private static final int AFTER_NAME = (1 << NODE_BITS) - 1; // of the ways on: the node after a name
    private static final int LITERALS = 1 << NODE_BITS; // there are literals
    private static final int REST = 2 << NODE_BITS; // there are routes of the rest

    private final long[] edges;
    private final long[][] more; // of literals that are longer: their words from the third on
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
            nodes[node * NODE] = (tree.named == null ? NONE : numbers.getOrDefault(tree.named, NONE))
                    | (tree.literals.isEmpty() ? 0 : LITERALS)
                    | (tree.rest.isEmpty() ? 0 : REST);
            nodes[node * NODE + 1] = all.size();
            tree.here.stream().sorted(CompiledRoute.MORE_SPECIFIC_FIRST).forEach(all::add);
            nodes[node * NODE + 2] = all.size();
            tree.rest.stream().sorted(CompiledRoute.MORE_SPECIFIC_FIRST).forEach(all::add);
            nodes[node * NODE + 3] = all.size();
        }
        for (int node = 0; node < trees.size(); node++) {
            for (Map.Entry<String, RouteTree> literal : trees.get(node).literals.entrySet()) {
                put(
                        node,
                        literal.getKey().getBytes(StandardCharsets.UTF_8),
                        numbers.getOrDefault(literal.getValue(), NONE));
            }
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
        long second = ByteWords.word(literal, 8, literal.length);
        int edge = edge(node, ByteWords.hash(first, second, literal, 0, literal.length));
        while (edges[edge + 2] != NONE) {
            edge = next(edge);
        }
        edges[edge] = first;
        edges[edge + 1] = second;
        edges[edge + 2] = nodeAndLength(node, literal.length) << NODE_BITS | after;
        edges[edge + 3] = nodes[after * NODE];
        if (literal.length > EDGE_BYTES) {
            more[edge / EDGE] = Arrays.copyOfRange(ByteWords.of(literal), 2, ByteWords.count(literal.length));
        }
    }

    /** Where the edge of a literal with such a hash is looked for first. */
    private int edge(int node, long hash) {
        return ((int) hash + node * 0x9e3779b9 & mask) * EDGE;
    }

    private int next(int edge) {
        return edge + EDGE & mask * EDGE + EDGE - 1;
    }

    /** The edge of a literal from a node on, by its place among {@link #edges}; {@link #NO_EDGE} without one. */
    private int edge(int node, byte[] bytes, int from, int to) {
        int length = to - from;
        if (length >= 1 << LENGTH_BITS) {
            return NO_EDGE;
        }
        long first = ByteWords.word(bytes, from, to);
        long second = length > 8 ? ByteWords.word(bytes, from + 8, to) : 0;
        long nodeAndLength = nodeAndLength(node, length);
        int edge = edge(node, ByteWords.hash(first, second, bytes, from, to));
        while (true) {
            long known = edges[edge + 2];
            if (known >>> NODE_BITS == nodeAndLength
                    && edges[edge] == first
                    && edges[edge + 1] == second
                    && (length <= EDGE_BYTES || ByteWords.goOn(more[edge / EDGE], bytes, from + EDGE_BYTES, to))) {
                return edge;
            }
            if (known == NONE) {
                return NO_EDGE;
            }
            edge = next(edge);
        }
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
        int ways = nodes[node * NODE];
        int names = named;
        for (int at = begin; at < path.count(); at++) {
            int literal = (ways & LITERALS) == 0 ? NO_EDGE : edge(node, path.bytes(at), path.from(at), path.to(at));
            int afterName = ways & AFTER_NAME;
            if (literal != NO_EDGE && afterName != NONE) {
                CompiledRoute found = match(leadsTo(literal), at + 1, names, facts, into);
                if (found != null) {
                    return found;
                }
                literal = NO_EDGE;
            }
            if (literal == NO_EDGE && afterName == NONE) {
                return rest(node, facts, into);
            }
            int next = literal == NO_EDGE ? afterName : leadsTo(literal);
            if (literal == NO_EDGE) {
                path.name(names++, at);
            }
            if ((ways & REST) != 0) {
                CompiledRoute found = match(next, at + 1, names, facts, into);
                return found != null ? found : rest(node, facts, into);
            }
            ways = literal == NO_EDGE ? nodes[next * NODE] : (int) edges[literal + 3];
            node = next;
        }
        CompiledRoute here = first(nodes[node * NODE + 1], nodes[node * NODE + 2], facts, into);
        return here != null ? here : rest(node, facts, into);
    }

    /** The node at the end of an edge. */
    private int leadsTo(int edge) {
        return (int) edges[edge + 2] & (1 << NODE_BITS) - 1;
    }

    private @Nullable CompiledRoute rest(int node, RequestFacts facts, Decision into) {
        return first(nodes[node * NODE + 2], nodes[node * NODE + 3], facts, into);
    }

    /** The first route that accepts; one for GET stands in for HEAD unless a route names HEAD itself. */
    private @Nullable CompiledRoute first(int from, int to, RequestFacts facts, Decision into) {
        CompiledRoute found = null;
        for (int i = from; i < to; i++) {
            CompiledRoute route = routes[i];
            boolean itself = route.isFor(into.method);
            if ((itself || route.standsInForHead(into.method)) && route.isMet(facts, into.scratch)) {
                if (itself) {
                    return found == null || route.namesHead() ? route : found;
                }
                found = found == null ? route : found;
            }
        }
        return found;
    }
}
