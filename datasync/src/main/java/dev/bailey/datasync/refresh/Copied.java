package dev.bailey.datasync.refresh;

import dev.bailey.model.route.EntityKey;
import java.util.HashMap;
import java.util.HashSet;
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

    public static final Copied NOTHING = new Copied(Set.of(), Set.of(), Map.of(), Set.of());

    public Copied {
        written = Set.copyOf(written);
        deleted = Set.copyOf(deleted);
        refused = Map.copyOf(refused);
        changedAgain = Set.copyOf(changedAgain);
    }

    /** This, and then another: what a later copy says of a key's end holds. */
    public Copied then(Copied later) {
        Set<EntityKey> allWritten = new HashSet<>(written);
        allWritten.addAll(later.written);
        Set<EntityKey> allDeleted = new HashSet<>(deleted);
        allDeleted.addAll(later.deleted);
        Map<EntityKey, String> allRefused = new HashMap<>(refused);
        allRefused.putAll(later.refused);
        Set<EntityKey> allChanged = new HashSet<>(changedAgain);
        allChanged.addAll(later.changedAgain);
        return new Copied(allWritten, allDeleted, allRefused, allChanged);
    }
}
