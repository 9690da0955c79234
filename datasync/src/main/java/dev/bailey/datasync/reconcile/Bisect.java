package dev.bailey.datasync.reconcile;

import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RangeDigest;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.route.EntityKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the keys by which two ranges differ: equal digests end it; unequal ones are split 32 ways until few enough documents
 * are left to compare their digests one by one.
 */
final class Bisect {

    private static final int WAYS = 32;

    private final StorePair stores;
    private final int threshold;

    /**
     * @param threshold documents of a range below which their digests are fetched
     */
    Bisect(StorePair stores, int threshold) {
        this.stores = stores;
        this.threshold = threshold;
    }

    record Suspects(long rows, List<EntityKey> keys) {}

    Suspects suspects(KeyRange range) throws StoreException {
        RangeDigest legacy = stores.legacy().digest(range);
        RangeDigest modern = stores.modern().digest(range);
        List<EntityKey> keys = new ArrayList<>();
        if (!legacy.equals(modern)) {
            narrow(range, legacy, modern, keys);
        }
        return new Suspects(Math.max(legacy.count(), modern.count()), keys);
    }

    private void narrow(KeyRange range, RangeDigest legacy, RangeDigest modern, List<EntityKey> keys)
            throws StoreException {
        long larger = Math.max(legacy.count(), modern.count());
        if (larger <= threshold) {
            compare(range, keys);
            return;
        }
        EntityStore fuller = legacy.count() >= modern.count() ? stores.legacy() : stores.modern();
        int step = (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(larger, WAYS));
        for (KeyRange part : fuller.split(range, step)) {
            RangeDigest left = stores.legacy().digest(part);
            RangeDigest right = stores.modern().digest(part);
            if (!left.equals(right)) {
                narrow(part, left, right, keys);
            }
        }
    }

    private void compare(KeyRange range, List<EntityKey> keys) throws StoreException {
        Map<EntityKey, Long> legacy = stores.legacy().digests(range);
        Map<EntityKey, Long> modern = stores.modern().digests(range);
        Set<EntityKey> all = new TreeSet<>(legacy.keySet());
        all.addAll(modern.keySet());
        all.stream()
                .filter(key -> !legacy.containsKey(key) || !legacy.get(key).equals(modern.get(key)))
                .forEach(keys::add);
    }
}
