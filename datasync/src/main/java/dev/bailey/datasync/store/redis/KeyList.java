package dev.bailey.datasync.store.redis;

import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.model.route.EntityKey;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The keys there were at one moment, in order: the database itself knows none. Immutable. */
record KeyList(KeyKind kind, List<EntityKey> keys) {

    /** @param keys in their canonical spelling, each once */
    KeyList {
        keys = keys.stream().sorted(kind.order()).toList();
    }

    List<EntityKey> of(KeyRange range) {
        Comparator<EntityKey> order = kind.order();
        int from = range.after().map(key -> behind(key, order)).orElse(0);
        int to = range.upTo().map(key -> behind(key, order)).orElse(keys.size());
        return keys.subList(from, Math.max(from, to));
    }

    private int behind(EntityKey key, Comparator<EntityKey> order) {
        int found = Collections.binarySearch(keys, key, order);
        return found >= 0 ? found + 1 : -found - 1;
    }
}
