package dev.bailey.gateway.dualwrite;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;

/** Makes the follower's copy of some entities equal to the authority's. Implemented by the data part; blocks. */
public interface Refresher {

    Refreshed refresh(SliceName slice, Side authority, List<EntityKey> keys);

    sealed interface Refreshed {
        record Done(int changed) implements Refreshed {}

        /** The follower refused a document (not a matter of time). */
        record Refused(EntityKey key, String reason) implements Refreshed {}

        /** A store could not be reached or failed: try again later. */
        record Unavailable(String reason) implements Refreshed {}
    }
}
