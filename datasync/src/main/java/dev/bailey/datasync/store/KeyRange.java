package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import java.util.ArrayList;
import java.util.List;
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

    /** This range in parts: up to each of these ascending keys of it, and what is behind the last. */
    public List<KeyRange> cut(List<EntityKey> cuts) {
        List<KeyRange> parts = new ArrayList<>(cuts.size() + 1);
        KeyRange rest = this;
        for (EntityKey cut : cuts) {
            parts.add(rest.until(cut));
            rest = rest.behind(cut);
        }
        parts.add(rest);
        return parts;
    }

    @Override
    public String toString() {
        return "(" + after.map(EntityKey::value).orElse("…") + ", "
                + upTo.map(EntityKey::value).orElse("…") + "]";
    }
}
