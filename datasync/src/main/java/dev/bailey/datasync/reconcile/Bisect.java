package dev.bailey.datasync.reconcile;

import dev.bailey.datasync.reconcile.BothSides.Answers;
import dev.bailey.datasync.store.Digesting;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RangeDigest;
import dev.bailey.datasync.store.RowDigest;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.route.EntityKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the keys by which two unequal ranges differ: they are split 32 ways, and what is unequal again, until few enough
 * documents are left to compare their digests one by one.
 */
final class Bisect implements AutoCloseable {

    private static final int WAYS = 32;
    /** Digests fetched one by one where they are computed in the databases: splitting again costs less than they do. */
    private static final int COMPUTED = 256;
    /** Where documents travel whole, splitting makes them travel again. */
    private static final int STREAMED = 4_096;

    private final StorePair stores;
    private final BothSides both;
    private final RowDigest hash;
    private final int threshold;

    private Bisect(StorePair stores, RowDigest hash, int threshold) {
        this.stores = stores;
        this.both = new BothSides(stores);
        this.hash = hash;
        this.threshold = threshold;
    }

    /** Asks both stores what they can. */
    static Bisect of(StorePair stores) throws StoreException {
        boolean computed = stores.legacy().digesting() instanceof Digesting.Computed
                && stores.modern().digesting() instanceof Digesting.Computed;
        return new Bisect(stores, stores.rowDigest(), computed ? COMPUTED : STREAMED);
    }

    RowDigest hash() {
        return hash;
    }

    /** The keys of a range that differ, seen once. */
    List<EntityKey> suspects(KeyRange range, RangeDigest legacy, RangeDigest modern)
            throws StoreException, InterruptedException {
        List<EntityKey> keys = new ArrayList<>();
        narrow(range, legacy, modern, keys);
        return keys;
    }

    private void narrow(KeyRange range, RangeDigest legacy, RangeDigest modern, List<EntityKey> keys)
            throws StoreException, InterruptedException {
        if (legacy.equals(modern)) {
            return;
        }
        long larger = Math.max(legacy.count(), modern.count());
        if (larger <= threshold) {
            compare(range, keys);
            return;
        }
        EntityStore fuller = legacy.count() >= modern.count() ? stores.legacy() : stores.modern();
        int step = (int) Math.min(Integer.MAX_VALUE / WAYS, Math.ceilDiv(larger, WAYS));
        List<EntityKey> cuts = fuller.cuts(range, step, WAYS - 1);
        if (cuts.isEmpty()) {
            // It shrank since it was counted.
            compare(range, keys);
            return;
        }
        Answers<List<RangeDigest>> digests = both.ask(store -> store.digests(hash, range, cuts));
        List<KeyRange> parts = range.cut(cuts);
        for (int i = 0; i < parts.size(); i++) {
            narrow(parts.get(i), digests.legacy().get(i), digests.modern().get(i), keys);
        }
    }

    private void compare(KeyRange range, List<EntityKey> keys) throws StoreException, InterruptedException {
        Answers<? extends Map<EntityKey, Long>> rows = both.ask(store -> store.rows(hash, range));
        Map<EntityKey, Long> legacy = rows.legacy();
        Map<EntityKey, Long> modern = rows.modern();
        Set<EntityKey> all = new TreeSet<>(legacy.keySet());
        all.addAll(modern.keySet());
        all.stream()
                .filter(key -> !legacy.containsKey(key) || !legacy.get(key).equals(modern.get(key)))
                .forEach(keys::add);
    }

    @Override
    public void close() {
        both.close();
    }
}
