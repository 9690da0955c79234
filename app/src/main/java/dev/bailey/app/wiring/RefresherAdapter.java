package dev.bailey.app.wiring;

import dev.bailey.datasync.DataPlane;
import dev.bailey.gateway.dualwrite.Refresher;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;

/** Refresh as the write path sees it. */
record RefresherAdapter(DataPlane data) implements Refresher {

    @Override
    public Refreshed refresh(SliceName slice, Side authority, List<EntityKey> keys) {
        return switch (DeliveryExclusion.inDelivery(() -> data.refresh(slice, authority, keys))) {
            case dev.bailey.datasync.refresh.Refreshed.Done done -> new Refreshed.Done(done.changed());
            case dev.bailey.datasync.refresh.Refreshed.Refused refused ->
                new Refreshed.Refused(refused.key(), refused.reason());
            case dev.bailey.datasync.refresh.Refreshed.ChangedAgain again ->
                new Refreshed.Unavailable(again.keys().size() + " entities were changed again in every round");
            case dev.bailey.datasync.refresh.Refreshed.Unavailable unavailable ->
                new Refreshed.Unavailable(unavailable.reason());
        };
    }
}
