package dev.bailey.datasync.feed;

import dev.bailey.model.route.EntityKey;
import java.time.Instant;
import java.util.Optional;

/**
 * An entity was changed at a side, or created or deleted there.
 *
 * @param key empty when the source does not tell one: then nobody knows which entity it was
 * @param table it was changed in
 * @param transaction of the source, where it tells
 * @param at when, where the source tells
 * @param by who, where the source tells
 */
public record Change(
        Optional<EntityKey> key,
        Optional<String> table,
        Optional<String> transaction,
        Optional<Instant> at,
        Optional<String> by) {

    public static Change of(Optional<String> key) {
        return new Change(
                key.map(EntityKey::new), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
