package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TranslateSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns requests and answers of modern by the JSONata expressions of a migration file. Thread-safe. */
public final class JsonataTranslator implements Translator {

    private final Map<RouteSpec, Compiled> routes;

    private JsonataTranslator(Map<RouteSpec, Compiled> routes) {
        this.routes = routes;
    }

    private record Compiled(
            Optional<String> path, Optional<JsonataExpression> request, Optional<JsonataExpression> response) {}

    /**
     * Compiles every expression of the file.
     *
     * @throws IllegalArgumentException naming slice, route, direction, position and cause of the first that does not compile
     */
    public static JsonataTranslator of(MigrationSpec spec) {
        Map<RouteSpec, Compiled> routes = new HashMap<>();
        for (SliceSpec slice : spec.slices()) {
            for (RouteSpec route : slice.routes()) {
                TranslateSpec translate = slice.translate().of(route);
                if (!translate.isIdentity()) {
                    String where = "slice " + slice.name() + ", route " + route.label();
                    boolean own = slice.translate().routes().containsKey(route.label());
                    routes.put(
                            route,
                            new Compiled(
                                    translate.requestPath().flatMap(template -> path(where, route, template, own)),
                                    translate
                                            .requestBody()
                                            .map(e -> JsonataExpression.compile(where + ", request body", e)),
                                    translate
                                            .responseBody()
                                            .map(e -> JsonataExpression.compile(where + ", response body", e))));
                }
            }
        }
        return new JsonataTranslator(Map.copyOf(routes));
    }

    /** A slice's template is for the routes that have its names; a route's own template must fit. */
    private static Optional<String> path(String where, RouteSpec route, String template, boolean own) {
        Set<String> known = new HashSet<>();
        for (String segment : route.path().split("/", -1)) {
            if (segment.startsWith("{") && segment.endsWith("}")) {
                known.add(segment.substring(1, segment.length() - 1));
            }
        }
        for (String name : PathTemplate.names(template)) {
            if (!known.contains(name) && own) {
                throw new IllegalArgumentException(where + ", request path: no name {" + name
                        + "} in the route's own path (known: " + known + ")");
            }
            if (!known.contains(name)) {
                return Optional.empty();
            }
        }
        return Optional.of(template);
    }

    @Override
    public boolean translates(Side side, RouteSpec route) {
        return side == Side.MODERN && routes.containsKey(route);
    }

    @Override
    public BufferedRequest toSide(Side side, RouteMatch match, BufferedRequest request, Optional<EntityKey> key)
            throws TranslationException {
        BufferedRequest keyed = key.isPresent() && match.route().entity().reads(EntitySource.Kind.RESPONSE)
                ? withKey(match, request, key.get())
                : request;
        Compiled compiled = side == Side.MODERN ? routes.get(match.route()) : null;
        if (compiled == null) {
            return keyed;
        }
        String target = compiled.path()
                .map(template -> PathTemplate.fill(template, match.pathValues()) + queryOf(keyed.target()))
                .orElse(keyed.target());
        byte[] body = keyed.body();
        if (compiled.request().isPresent() && body.length > 0) {
            body = compiled.request().get().turn(body, variables(match, key));
        }
        return new BufferedRequest(keyed.method(), target, keyed.headers(), body);
    }

    /** Puts the authority's key into the client's body, so that the follower takes it. */
    private static BufferedRequest withKey(RouteMatch match, BufferedRequest request, EntityKey key)
            throws TranslationException {
        if (request.body().length == 0) {
            return request;
        }
        List<EntitySource> pointers = match.route().entity().parts();
        List<String> parts = KeyParts.of(key, pointers.size())
                .orElseThrow(() -> new TranslationException("route "
                        + match.route().label() + ": key " + ShownKey.of(match.slice(), key) + " is no key of "
                        + pointers.size() + " parts (expected " + match.route().entity() + ")"));
        try {
            JsonNode document = JsonataExpression.JSON.readTree(request.body());
            for (int i = 0; i < parts.size(); i++) {
                String pointer = pointers.get(i).name();
                JsonPointer at = JsonPointer.compile(pointer);
                JsonNode parent = document.at(at.head());
                if (!(parent instanceof ObjectNode object)) {
                    throw new TranslationException(
                            "route " + match.route().label() + ": no object for the key at " + pointer);
                }
                String name = at.last().getMatchingProperty();
                object.set(name, likeBefore(parts.get(i), object.get(name)));
            }
            return new BufferedRequest(
                    request.method(),
                    request.target(),
                    request.headers(),
                    JsonataExpression.JSON.writeValueAsBytes(document));
        } catch (JacksonException | IllegalArgumentException notJson) {
            throw new TranslationException(
                    "route " + match.route().label() + ": the body is not JSON, so its key cannot be put in", notJson);
        }
    }

    /** A key of digits goes in as a number, as a service that mints numbers answers it; any other, or where text stood, as text. */
    private static JsonNode likeBefore(String key, @Nullable JsonNode before) {
        boolean number = (before == null || !before.isString()) && key.matches("0|[1-9][0-9]{0,17}");
        return number
                ? JsonataExpression.JSON.getNodeFactory().numberNode(Long.parseLong(key))
                : JsonataExpression.JSON.getNodeFactory().stringNode(key);
    }

    @Override
    public byte[] fromSide(Side side, RouteMatch match, int status, byte[] body) throws TranslationException {
        Compiled compiled = side == Side.MODERN ? routes.get(match.route()) : null;
        if (compiled == null || compiled.response().isEmpty() || status >= 400 || body.length == 0) {
            return body;
        }
        return compiled.response().get().turn(body, variables(match, Optional.empty()));
    }

    private static Map<String, String> variables(RouteMatch match, Optional<EntityKey> key) {
        Map<String, String> variables = new HashMap<>(match.pathValues());
        match.route()
                .entity()
                .values(source -> source.kind() == EntitySource.Kind.PATH
                        ? Optional.ofNullable(match.pathValues().get(source.name()))
                        : Optional.empty())
                .map(KeyParts::joined)
                .ifPresent(inPath -> variables.put("key", inPath.value()));
        key.ifPresent(known -> variables.put("key", known.value()));
        return variables;
    }

    private static String queryOf(String target) {
        int question = target.indexOf('?');
        return question < 0 ? "" : target.substring(question);
    }
}
