package dev.bailey.model.spec;

import java.util.Optional;

/**
 * How modern's contract differs from the one clients speak (legacy's). All expressions are JSONata.
 *
 * @param requestPath path template of modern with {@code {name}} of the route's own template, empty when the same
 * @param requestBody JSONata over the client's JSON body giving modern's
 * @param responseBody JSONata over modern's JSON body giving the client's
 * @param routes overrides for single routes, by {@link RouteSpec#label()}
 */
public record TranslateSpec(
        Optional<String> requestPath,
        Optional<String> requestBody,
        Optional<String> responseBody,
        java.util.Map<String, TranslateSpec> routes) {

    public static final TranslateSpec NONE =
            new TranslateSpec(Optional.empty(), Optional.empty(), Optional.empty(), java.util.Map.of());

    public TranslateSpec {
        routes = java.util.Map.copyOf(routes);
    }

    /** The translation of one route: its own override, or the slice's. */
    public TranslateSpec of(RouteSpec route) {
        return routes.getOrDefault(route.label(), this);
    }

    public boolean isIdentity() {
        return requestPath.isEmpty() && requestBody.isEmpty() && responseBody.isEmpty();
    }
}
