package dev.bailey.model.route;

import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.Map;

/**
 * A request's route, before its entity is known.
 *
 * @param pathValues values of the template's names, percent-decoded
 */
public record RouteMatch(SliceSpec slice, RouteSpec route, Map<String, String> pathValues) {

    /** True where the entity key cannot be had before the request's body is at hand. */
    public boolean needsBody() {
        return route.entity().reads(EntitySource.Kind.BODY);
    }
}
