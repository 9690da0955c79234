package dev.bailey.simulation;

import dev.bailey.control.handover.Stores;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;

/** The two stores as a handover sees them. */
record NodeStores(Refresh refresh) implements Stores {

    @Override
    public List<EntityKey> differing(SliceName slice, List<EntityKey> keys) {
        try {
            return refresh.differing(keys);
        } catch (StoreException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public int refresh(SliceName slice, Side authority, List<EntityKey> keys) {
        return switch (refresh.refresh(authority, keys)) {
            case Refreshed.Done done -> done.changed();
            case Refreshed.ChangedAgain again -> again.keys().size();
            case Refreshed.Refused refused -> throw new IllegalStateException(refused.reason());
            case Refreshed.Unavailable unavailable -> throw new IllegalStateException(unavailable.reason());
        };
    }
}
