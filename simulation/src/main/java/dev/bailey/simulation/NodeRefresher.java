package dev.bailey.simulation;

import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.gateway.dualwrite.Refresher;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;

/** Refresh as the write path sees it. */
record NodeRefresher(Refresh refresh) implements Refresher {

    @Override
    public Refreshed refresh(SliceName slice, Side authority, List<EntityKey> keys) {
        return switch (NodeExclusion.inDelivery(() -> refresh.refresh(authority, keys))) {
            case dev.bailey.datasync.refresh.Refreshed.Done done -> new Refreshed.Done(done.changed());
            case dev.bailey.datasync.refresh.Refreshed.Refused refused ->
                new Refreshed.Refused(refused.key(), refused.reason());
            case dev.bailey.datasync.refresh.Refreshed.ChangedAgain _ ->
                new Refreshed.Unavailable("changed again in every round");
            case dev.bailey.datasync.refresh.Refreshed.Unavailable unavailable ->
                new Refreshed.Unavailable(unavailable.reason());
        };
    }
}
