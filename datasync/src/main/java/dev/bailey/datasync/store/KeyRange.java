package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import java.util.Optional;

/**
 * Keys after one (exclusive) up to another (inclusive), in the order of the store's {@link KeyKind}.
 *
 * @param after empty for the beginning
 * @param upTo empty for the end
 */
public record KeyRange(Optional<EntityKey> after, Optional<EntityKey> upTo) {

    public static final KeyRange ALL = new KeyRange(Optional.empty(), Optional.empty());

    /** The rest of this range behind a key. */
    public KeyRange behind(EntityKey key) {
        return new KeyRange(Optional.of(key), upTo);
    }

    /** The part of this range up to a key. */
    public KeyRange until(EntityKey key) {
        return new KeyRange(after, Optional.of(key));
    }

    @Override
    public String toString() {
        return "(" + after.map(EntityKey::value).orElse("…") + ", "
                + upTo.map(EntityKey::value).orElse("…") + "]";
    }
}
