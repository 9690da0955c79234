package dev.bailey.datasync.refresh;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.Portions;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The one convergent primitive: makes the follower's copy of some entities equal to the authority's. Idempotent, order-free;
 * thread-safe.
 *
 * <p>Why it converges beside live writes: each round reads the follower, then the authority, writes what differs, and reads
 * both again. It is done with a key only when, after its own last write, both sides read equal. If a delivery put a newer
 * state there first and this refresh overwrote it with an older one, the authority reads newer than what was written and the
 * next round puts it right. A write that the authority applies after that last look is delivered after it, as every write
 * is. Rounds are bounded; what changed in every one of them is said, not guessed.
 */
public final class Refresh {

    /** Rounds of read, write, look again. */
    static final int ROUNDS = 6;

    private final StorePair stores;
    private final Exclusion exclusion;
    private final Optional<String> newest;

    /** Where the authority's state is written over whatever the follower holds, as far as the follower's store lets it. */
    public Refresh(StorePair stores, Exclusion exclusion) {
        this(stores, exclusion, Optional.empty());
    }

    /**
     * @param newest field by which the newer of two states wins and is carried to the other side, be it the authority
     */
    public Refresh(StorePair stores, Exclusion exclusion, Optional<String> newest) {
        this.stores = stores;
        this.exclusion = exclusion;
        this.newest = newest;
    }

    /** Makes these entities equal at the follower. Keys that no entity of the slice can have are equal: nobody has them. */
    public Refreshed refresh(Side authority, Collection<EntityKey> keys) {
        Copied copied;
        try {
            copied = copy(authority, keys);
        } catch (StoreException e) {
            return new Refreshed.Unavailable(String.valueOf(e.getMessage()));
        }
        Optional<Map.Entry<EntityKey, String>> refused =
                copied.refused().entrySet().stream().min(Map.Entry.comparingByKey());
        if (refused.isPresent()) {
            return new Refreshed.Refused(refused.get().getKey(), refused.get().getValue());
        }
        if (!copied.changedAgain().isEmpty()) {
            return new Refreshed.ChangedAgain(
                    copied.changedAgain().stream().sorted().toList());
        }
        return new Refreshed.Done(
                copied.written().size() + copied.deleted().size(),
                copied.written().stream().sorted().toList(),
                copied.deleted().stream().sorted().toList());
    }

    /** The same, told key by key. */
    public Copied copy(Side authority, Collection<EntityKey> keys) throws StoreException {
        KeyKind kind = stores.keyKind();
        List<EntityKey> canonical = keys.stream()
                .map(kind::canonical)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        return Copied.of(Portions.each(canonical, portion -> batch(authority, portion)));
    }

    /** @throws StoreException when this process may not write what it has read */
    public void mayWrite() throws StoreException {
        exclusion.expectMayWrite(stores.slice());
    }

    private Copied batch(Side authority, List<EntityKey> keys) throws StoreException {
        try {
            return exclusion.alone(stores.slice(), keys, () -> rounds(authority, keys));
        } catch (StoreException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("slice " + stores.slice() + ": interrupted while refreshing", e);
        } catch (Exception e) {
            throw new IllegalStateException("exclusion failed", e);
        }
    }

    private Copied rounds(Side authority, List<EntityKey> keys) throws StoreException {
        EntityStore from = stores.of(authority);
        EntityStore to = stores.of(authority.other());
        Rounds rounds = new Rounds(stores, from, to, newest, exclusion);
        List<EntityKey> open = keys;
        for (int round = 0; round < ROUNDS && !open.isEmpty(); round++) {
            // The follower first: a key it has and the authority, asked later, has not, is gone and not just about to
            // come.
            Map<EntityKey, Document> held = to.read(open);
            Map<EntityKey, Document> wanted = from.read(open);
            open = rounds.settle(open, wanted, held);
        }
        // After the last write nobody has looked yet.
        return rounds.result(open.isEmpty() ? open : stillDiffering(from, to, open));
    }

    private static List<EntityKey> stillDiffering(EntityStore from, EntityStore to, List<EntityKey> keys)
            throws StoreException {
        Map<EntityKey, Document> held = to.read(keys);
        Map<EntityKey, Document> wanted = from.read(keys);
        return keys.stream()
                .filter(key -> !Rounds.same(wanted.get(key), held.get(key)))
                .toList();
    }

    /** Holds these entities of both sides against each other, once; returns the keys that differ. */
    public List<EntityKey> differing(Collection<EntityKey> keys) throws StoreException {
        KeyKind kind = stores.keyKind();
        Map<EntityKey, EntityKey> asked = new TreeMap<>();
        keys.forEach(key -> kind.canonical(key).ifPresent(canonical -> asked.put(canonical, key)));
        return flat(Portions.each(List.copyOf(asked.keySet()), batch -> differing(batch, asked)));
    }

    private List<EntityKey> differing(List<EntityKey> batch, Map<EntityKey, EntityKey> asked) throws StoreException {
        List<EntityKey> differing = new ArrayList<>();
        stillDiffering(stores.legacy(), stores.modern(), batch)
                .forEach(key -> differing.add(asked.getOrDefault(key, key)));
        for (EntityStore store : List.of(stores.legacy(), stores.modern())) {
            differing.addAll(flat(Portions.each(
                    store.alike(batch), alike -> stillDiffering(stores.legacy(), stores.modern(), alike))));
        }
        return differing;
    }

    private static List<EntityKey> flat(List<List<EntityKey>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }
}
