package dev.bailey.model.spec;

import dev.bailey.model.spec.EntitySource.Kind;
import dev.bailey.model.spec.Located.Mapping;
import dev.bailey.model.spec.Located.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads a route, in its short form {@code GET /api/orders/{id}} or as a map. */
final class RouteReader {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS");
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "*");
    private static final Map<String, Optional<Boolean>> AS =
            Map.of("read", Optional.of(false), "write", Optional.of(true));
    private static final KeySource NONE = KeySource.of(new EntitySource(Kind.CONST, ""));
    /** A name of a header or cookie (RFC 9110, section 5.6.2). */
    static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";

    private final Problems problems;
    private final Optional<KeySource> usual;
    private final boolean stateful;
    private final ExpressionCheck expressions;

    /** @param usual the slice's own {@code entity}, for routes that name none */
    RouteReader(Problems problems, Optional<KeySource> usual, boolean stateful, ExpressionCheck expressions) {
        this.problems = problems;
        this.usual = usual;
        this.stateful = stateful;
        this.expressions = expressions;
    }

    Optional<ReadRoute> read(Located node, String path) {
        if (node instanceof Scalar scalar && scalar.kind() == Located.Kind.TEXT) {
            return match(node, path, scalar.text()).map(match -> {
                boolean write = writes(match, Optional.empty(), node, path);
                KeySource entity = entity(match, Optional.empty(), write, node, path);
                RouteSpec spec = new RouteSpec(
                        match.method, match.path, "", Map.of(), Map.of(), entity, MissingKey.LEGACY, write);
                return new ReadRoute(spec, node, path, Optional.empty());
            });
        }
        if (node instanceof Mapping) {
            return map(Fields.of(node, path, Shape.ROUTE, problems));
        }
        problems.error(
                node,
                path,
                "a route is " + Fields.kindOf(node) + " (expected text or a map)",
                "write it as GET /api/orders/{id}, or as a map that begins with match:");
        return Optional.empty();
    }

    private Optional<ReadRoute> map(Fields route) {
        String text = route.required("match", "say what it matches, such as match: GET /api/orders/{id}");
        MissingKey missing = route.choice("missing", AmountFields.words(MissingKey.values()), MissingKey.LEGACY);
        Optional<Boolean> as = route.choice("as", new TreeMap<>(AS), Optional.empty());
        String host = route.text("host").orElse("");
        if (host.matches(".*(/|:[0-9]+$).*")) {
            route.error(
                    "host",
                    "'host' is '" + Fields.shortened(host) + "' (expected a name alone)",
                    "leave out scheme, port and path");
        }
        Map<String, String> headers = route.textMap("headers");
        for (String name : headers.keySet()) {
            if (!name.matches(TOKEN)) {
                route.error(
                        "headers", "'" + Fields.shortened(name) + "' is no header name", "write it as X-Name: value");
            }
        }
        Map<String, String> query = route.textMap("query");
        Optional<KeySource> own = new SourceReader(problems).key(route, "entity");
        boolean broken = route.has("entity") && own.isEmpty();
        Located at = route.placeOf("match");
        Optional<TranslateSpec> translate = route.fields("translate", Shape.TRANSLATE)
                .map(fields -> new TranslateReader(fields, expressions).read());
        if (!route.has("match")) {
            return Optional.empty();
        }
        return match(at, route.at("match"), text).map(match -> {
            boolean write = writes(match, as, at, route.path());
            KeySource entity = entity(
                    match,
                    broken ? Optional.of(NONE) : own,
                    write,
                    route.has("entity") ? route.placeOf("entity") : at,
                    route.path());
            if (write && stateful && (missing == MissingKey.MODERN || missing == MissingKey.HASH_CLIENT)) {
                route.warning(
                        "missing",
                        "missing: " + route.text("missing").orElse("")
                                + " counts for reads only; a write without its key goes to"
                                + " the side that owns the slice's unknown entities",
                        "write missing: legacy or missing: reject");
            }
            RouteSpec spec = new RouteSpec(match.method, match.path, host, headers, query, entity, missing, write);
            return new ReadRoute(spec, at, route.path(), translate);
        });
    }

    private Optional<Match> match(Located at, String path, String text) {
        String[] parts = text.strip().split("\\s+");
        if (parts.length != 2) {
            problems.error(
                    at,
                    path,
                    "route '" + Fields.shortened(text) + "' (expected a method and a path)",
                    "write it as GET /api/orders/{id}; use the map form for anything more");
            return Optional.empty();
        }
        String method = parts[0];
        if (!METHODS.contains(method)) {
            String remedy = Nearest.of(method, METHODS)
                    .map(near -> "did you mean '" + near + "'?")
                    .orElse("write one of " + String.join(", ", METHODS) + " (* is any)");
            problems.error(
                    at,
                    path,
                    "unknown method '" + Fields.shortened(method) + "' (expected one of " + String.join(", ", METHODS)
                            + ")",
                    remedy);
            return Optional.empty();
        }
        Optional<String> fault = PathTemplate.fault(parts[1]);
        if (fault.isPresent()) {
            problems.error(
                    at,
                    path,
                    "path '" + Fields.shortened(parts[1]) + "': " + fault.get(),
                    "write it as /api/orders/{id}, or /api/orders/** for everything below");
            return Optional.empty();
        }
        return Optional.of(new Match(method, parts[1]));
    }

    private boolean writes(Match match, Optional<Boolean> as, Located at, String path) {
        if (as.isPresent()) {
            return as.get();
        }
        if (match.method.equals("*")) {
            if (stateful) {
                problems.error(
                        at,
                        path,
                        "route '* " + match.path + "' matches reads and writes alike (expected one or the other)",
                        "write a route for each method, or add as: read or as: write");
            }
            return false;
        }
        return !READING.contains(match.method);
    }

    private KeySource entity(Match match, Optional<KeySource> own, boolean write, Located at, String path) {
        KeySource entity = own.or(() -> usual).orElse(null);
        if (entity == null) {
            problems.error(
                    at,
                    path,
                    "route '" + match.label() + "' has no entity (expected where its key comes from)",
                    "add entity: to the slice or to the route, such as entity: path:id, header:X-Account or const:all");
            return NONE;
        }
        entity.parts().forEach(part -> fits(part, match, write, at, path));
        return entity;
    }

    private void fits(EntitySource entity, Match match, boolean write, Located at, String path) {
        switch (entity.kind()) {
            case PATH -> {
                if (!PathTemplate.names(match.path).contains(entity.name())) {
                    problems.error(
                            at,
                            path,
                            "entity path:" + entity.name() + " is not in the template of '" + match.label() + "'",
                            "put {" + entity.name() + "} into the path, or use the map form with an entity of its own");
                }
            }
            case RESPONSE, RESPONSE_COOKIE -> {
                if (!write) {
                    problems.error(
                            at,
                            path,
                            "entity " + entity + " on the read '" + match.label()
                                    + "' (a key is minted only by a write)",
                            "name where the request has the key, such as query:id or header:X-Account");
                }
            }
            case BODY -> {
                if (WITHOUT_BODY.contains(match.method)) {
                    problems.error(
                            at,
                            path,
                            "entity body:" + entity.name() + " on '" + match.label() + "', which has no body",
                            "name where the request has the key, such as path:id or query:id");
                }
            }
            case QUERY, HEADER, COOKIE, JWT, CONST -> {}
        }
    }

    private record Match(String method, String path) {
        String label() {
            return method + " " + path;
        }
    }
}
