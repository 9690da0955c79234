package dev.bailey.datasync.backfill;

import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.FlatStore;
import dev.bailey.datasync.store.FlatWriter;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RowHash;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.route.EntityKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How ranges of two stores are read so that they can be held against each other: as flat rows where the documents of both
 * have the same fields and each of them a single value, else as documents.
 */
final class Reading {

    private final EntityStore from;
    private final EntityStore to;
    private final Optional<FlatStore> flatFrom;
    private final Optional<FlatStore> flatTo;
    private final BeforeWrite before;
    private final StorePair stores;

    private Reading(StorePair stores, EntityStore from, EntityStore to, boolean flat, BeforeWrite before) {
        this.stores = stores;
        this.before = before;
        this.from = from;
        this.to = to;
        this.flatFrom = flat ? from.flat() : Optional.empty();
        this.flatTo = flat ? to.flat() : Optional.empty();
    }

    /**
     * @param stores of the slice whose ranges these are
     * @param before asked right before anything is carried
     */
    static Reading of(StorePair stores, EntityStore from, EntityStore to, BeforeWrite before) throws StoreException {
        Optional<List<String>> wanted = fields(from);
        return new Reading(stores, from, to, wanted.isPresent() && wanted.equals(fields(to)), before);
    }

    private static Optional<List<String>> fields(EntityStore store) throws StoreException {
        Optional<FlatStore> flat = store.flat();
        return flat.isPresent() ? flat.get().flatFields() : Optional.empty();
    }

    /** Digests of what the follower holds. */
    Map<EntityKey, Long> held(KeyRange range) throws StoreException {
        if (flatTo.isEmpty()) {
            return to.rows(RowHash.LOOKUP3, range);
        }
        Map<EntityKey, Long> digests = new LinkedHashMap<>();
        flatTo.get().rows(range, row -> put(digests, row.key(), row.digest()));
        return digests;
    }

    Carry carry(boolean fresh) throws StoreException {
        Optional<FlatWriter> quick = flatTo.isPresent() ? flatTo.get().writer(fresh, before) : Optional.empty();
        return new Carry(to, quick, before);
    }

    /** Digests of what the authority has; what the follower holds otherwise or not at all is carried there. */
    Map<EntityKey, Long> wanted(KeyRange range, Map<EntityKey, Long> held, Carry carry) throws StoreException {
        Map<EntityKey, Long> digests = new LinkedHashMap<>();
        if (flatFrom.isPresent()) {
            flatFrom.get().rows(range, row -> {
                EntityKey key = row.key();
                long digest = row.digest();
                put(digests, key, digest);
                if (!same(digest, held.get(key))) {
                    carry.row(row);
                }
            });
        } else {
            for (KeyRange rest = range; ; ) {
                List<Document> page = from.scan(rest, EntityStore.PAGE);
                for (Document document : page) {
                    long digest = document.digest(RowHash.LOOKUP3);
                    put(digests, document.key(), digest);
                    if (!same(digest, held.get(document.key()))) {
                        carry.document(document);
                    }
                }
                if (EntityStore.isLast(page, EntityStore.PAGE)) {
                    break;
                }
                rest = rest.behind(page.getLast().key());
            }
        }
        carry.flush();
        return digests;
    }

    private void put(Map<EntityKey, Long> digests, EntityKey key, long digest) throws StoreException {
        if (digests.put(key, digest) != null) {
            throw StoreException.twice(stores.shown(key));
        }
    }

    static boolean same(@Nullable Long a, @Nullable Long b) {
        return a != null && a.equals(b);
    }
}
