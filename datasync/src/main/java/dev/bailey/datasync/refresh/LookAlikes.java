package dev.bailey.datasync.refresh;

import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Refreshes entities and, with each, those that the authority's store takes for it though they are spelled otherwise: who wrote
 * the one there has written the other. What stands in their way is told under the key that was asked for. Thread-safe.
 */
public final class LookAlikes {

    private final StorePair stores;
    private final Refresh refresh;
    private final Function<EntityKey, Side> authorityOf;

    public LookAlikes(StorePair stores, Refresh refresh, Function<EntityKey, Side> authorityOf) {
        this.stores = stores;
        this.refresh = refresh;
        this.authorityOf = authorityOf;
    }

    public Refreshed refresh(Side authority, List<EntityKey> keys) {
        Refreshed result = refresh.refresh(authority, keys);
        if (!(result instanceof Refreshed.Done)) {
            return result;
        }
        try {
            EntityStore store = stores.of(authority);
            for (int from = 0; from < keys.size(); from += EntityStore.PAGE) {
                List<EntityKey> page = keys.subList(from, Math.min(from + EntityStore.PAGE, keys.size()));
                if (store.alike(page).isEmpty()) {
                    continue;
                }
                for (EntityKey key : page) {
                    for (EntityKey alike : store.alike(List.of(key))) {
                        Optional<Refreshed> obstacle = obstacle(authority, key, alike);
                        if (obstacle.isPresent()) {
                            return obstacle.get();
                        }
                    }
                }
            }
            return result;
        } catch (StoreException e) {
            return new Refreshed.Unavailable(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Refreshed> obstacle(Side authority, EntityKey key, EntityKey alike) {
        String taken = authority.label() + "'s store takes it for " + stores.shown(alike);
        if (authorityOf.apply(alike) != authority) {
            return Optional.of(new Refreshed.Refused(
                    key,
                    taken + ", which is " + authority.other().label()
                            + "'s to write; let clients spell it in one way, then reconcile"));
        }
        return switch (refresh.refresh(authority, List.of(alike))) {
            case Refreshed.Done _ -> Optional.empty();
            case Refreshed.ChangedAgain _ -> Optional.of(new Refreshed.ChangedAgain(List.of(key)));
            case Refreshed.Refused(EntityKey _, String reason) ->
                Optional.of(new Refreshed.Refused(key, taken + ": " + reason));
            case Refreshed.Unavailable away -> Optional.of(away);
        };
    }
}
