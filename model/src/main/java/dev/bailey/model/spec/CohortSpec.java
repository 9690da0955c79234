package dev.bailey.model.spec;

import java.util.Set;

/**
 * A named group of requests or entities.
 *
 * @param source where the value comes from: {@code HEADER}, {@code JWT}, {@code QUERY}, {@code COOKIE} or {@code PATH};
 *     {@code CONST} with an empty name means the entity key itself (a list of keys)
 * @param in the values that belong
 */
public record CohortSpec(String name, EntitySource source, Set<String> in) {
    public CohortSpec {
        in = KeySet.copyOf(in);
    }
}
