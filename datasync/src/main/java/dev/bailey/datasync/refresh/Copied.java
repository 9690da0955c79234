package dev.bailey.datasync.refresh;

import dev.bailey.model.route.EntityKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a copy did, key by key. Keys in none of the parts were equal already.
 *
 * @param refused what the follower will not have, or reads back otherwise than it was written; with the reason
 * @param changedAgain changed in every round; possibly unequal
 */
public record Copied(
        Set<EntityKey> written, Set<EntityKey> deleted, Map<EntityKey, String> refused, Set<EntityKey> changedAgain) {

    private static final Copied NOTHING = new Copied(Set.of(), Set.of(), Map.of(), Set.of());

    public Copied {
        written = Set.copyOf(written);
        deleted = Set.copyOf(deleted);
        refused = Map.copyOf(refused);
        changedAgain = Set.copyOf(changedAgain);
    }

    /** Copies of different keys as one. */
    public static Copied of(List<Copied> parts) {
        Set<EntityKey> written = new HashSet<>();
        Set<EntityKey> deleted = new HashSet<>();
        Map<EntityKey, String> refused = new HashMap<>();
        Set<EntityKey> changedAgain = new HashSet<>();
        for (Copied part : parts) {
            written.addAll(part.written);
            deleted.addAll(part.deleted);
            refused.putAll(part.refused);
            changedAgain.addAll(part.changedAgain);
        }
        return new Copied(written, deleted, refused, changedAgain);
    }

    /** Without what stands in the way of these keys: they are copied once more, and how that ends is what counts. */
    public Copied again(Collection<EntityKey> keys) {
        Map<EntityKey, String> stillRefused = new HashMap<>(refused);
        Set<EntityKey> stillChanged = new HashSet<>(changedAgain);
        keys.forEach(stillRefused::remove);
        keys.forEach(stillChanged::remove);
        return new Copied(written, deleted, stillRefused, stillChanged);
    }

    /** This, and then another. */
    public Copied then(Copied later) {
        if (later.equals(NOTHING)) {
            return this;
        }
        return of(List.of(this, later));
    }
}
