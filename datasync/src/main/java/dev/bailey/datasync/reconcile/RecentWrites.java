package dev.bailey.datasync.reconcile;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.List;

/** What was written lately, as the journal knows it. Thread-safe. */
@FunctionalInterface
public interface RecentWrites {

    /** Nobody tells. */
    RecentWrites NONE = (slice, since, most) -> List.of();

    /** Entities written since a moment, at most so many, the newest of them. */
    List<EntityKey> since(SliceName slice, Instant moment, int most);
}
