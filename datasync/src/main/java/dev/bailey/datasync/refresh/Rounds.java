package dev.bailey.datasync.refresh;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.Versions;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.route.EntityKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happened to each key of one refresh so far. One thread. */
final class Rounds {

    private static final int PATHS_TOLD = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final StorePair stores;
    private final EntityStore authority;
    private final EntityStore follower;
    private final Optional<String> newest;
    private final Exclusion exclusion;
    private final Set<EntityKey> written = new HashSet<>();
    private final Set<EntityKey> deleted = new HashSet<>();
    private final Map<EntityKey, String> refused = new HashMap<>();
    private final Map<EntityKey, Attempt> attempts = new HashMap<>();

    /** What was wanted and held before a write; both again after it: writing does not help. */
    private record Attempt(
            @Nullable Document wanted,
            @Nullable Document held,
            boolean newer,
            @Nullable String refusal) {}

    /**
     * @param newest field by which the newer of two states wins, whichever side holds it
     * @param exclusion asked right before every write
     */
    Rounds(
            StorePair stores,
            EntityStore authority,
            EntityStore follower,
            Optional<String> newest,
            Exclusion exclusion) {
        this.stores = stores;
        this.authority = authority;
        this.follower = follower;
        this.newest = newest;
        this.exclusion = exclusion;
    }

    static boolean same(@Nullable Document a, @Nullable Document b) {
        return a == null || b == null ? a == b : a.sameAs(b);
    }

    /** Writes what differs; returns the keys that have to be looked at again. */
    List<EntityKey> settle(List<EntityKey> keys, Map<EntityKey, Document> wanted, Map<EntityKey, Document> held)
            throws StoreException {
        List<Document> toWrite = new ArrayList<>();
        List<EntityKey> toDelete = new ArrayList<>();
        List<Document> toCarryBack = new ArrayList<>();
        List<Document> agreed = new ArrayList<>();
        for (EntityKey key : keys) {
            Document want = wanted.get(key);
            Document have = held.get(key);
            if (same(want, have)) {
                Optional.ofNullable(have).ifPresent(agreed::add);
            } else if (!gaveUp(key, want, have)) {
                if (want == null) {
                    toDelete.add(key);
                } else if (have != null && isNewer(have, want)) {
                    toCarryBack.add(have);
                } else {
                    toWrite.add(want);
                }
            }
        }
        follower.agreed(agreed);
        carryBack(toCarryBack, wanted, held);
        mayWrite(toWrite.isEmpty());
        WriteReport wrote = follower.write(toWrite);
        mayWrite(toDelete.isEmpty());
        WriteReport removed = follower.delete(toDelete);
        written.addAll(wrote.done());
        deleted.addAll(removed.done());
        Map<EntityKey, String> refusals = wrote.plus(removed).refused();
        List<EntityKey> again = new ArrayList<>();
        toCarryBack.forEach(document -> again.add(document.key()));
        toWrite.forEach(document -> again.add(document.key()));
        again.addAll(toDelete);
        for (EntityKey key : again.subList(toCarryBack.size(), again.size())) {
            attempts.put(
                    key,
                    new Attempt(wanted.get(key), held.get(key), wrote.newer().contains(key), refusals.get(key)));
        }
        return again;
    }

    /** @param nothing whether nothing is to be written */
    private void mayWrite(boolean nothing) throws StoreException {
        if (!nothing) {
            exclusion.expectMayWrite(stores.slice());
        }
    }

    private boolean isNewer(Document have, Document want) {
        return newest.isPresent()
                && Versions.higher(have.body().get(newest.get()), want.body().get(newest.get()));
    }

    /** The authority's store leaves a state alone that became newer still. */
    private void carryBack(List<Document> documents, Map<EntityKey, Document> wanted, Map<EntityKey, Document> held)
            throws StoreException {
        if (documents.isEmpty()) {
            return;
        }
        mayWrite(false);
        WriteReport carried = authority.write(documents);
        for (EntityKey key : carried.done()) {
            written.add(key);
            LOG.warn(
                    "slice {}: the follower's state of entity {} was newer and was written to the authority",
                    stores.slice(),
                    stores.shown(key));
        }
        for (Document document : documents) {
            EntityKey key = document.key();
            attempts.put(
                    key,
                    new Attempt(
                            wanted.get(key),
                            held.get(key),
                            false,
                            carried.refused().get(key)));
        }
    }

    /** Whether the last write of the very same document left the very same state: writing it again will not help. */
    private boolean gaveUp(EntityKey key, @Nullable Document want, @Nullable Document have) {
        Attempt last = attempts.get(key);
        if (last == null || !same(last.wanted, want)) {
            return false;
        }
        if (last.refusal != null) {
            // The second time: the first may have been for a unique value that another key of this refresh gave up.
            refused.put(key, last.refusal);
            return true;
        }
        if (!same(last.held, have)) {
            return false;
        }
        if (want != null && have != null && isNewer(have, want)) {
            refused.put(
                    key,
                    "the authority does not take the follower's newer state, at "
                            + String.join(", ", want.pathsDiffering(have, PATHS_TOLD))
                            + "; look at `read` and `write` of the authority's store");
        } else if (last.newer) {
            refused.put(
                    key, "the follower holds a newer version than the authority; look for a writer at the follower");
        } else if (want == null) {
            refused.put(key, "the follower still has it after it was deleted; look at its `read` and `write` tables");
        } else if (have == null) {
            refused.put(
                    key, "the follower does not show it after it was written; look at the conditions in its `read`");
        } else {
            refused.put(
                    key,
                    "the follower reads back otherwise than was written, at "
                            + String.join(", ", want.pathsDiffering(have, PATHS_TOLD))
                            + "; look at `read` and `values` of these fields");
        }
        written.remove(key);
        return true;
    }

    Copied result(List<EntityKey> changedAgain) {
        return new Copied(written, deleted, refused, new HashSet<>(changedAgain));
    }
}
