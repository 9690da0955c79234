package dev.bailey.datasync.reconcile;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;

/**
 * A confirmed difference between the two stores.
 *
 * @param paths JSON pointers of what differs, the first 20; empty unless {@code DIFFERENT}. Values are not kept.
 */
public record Divergence(SliceName slice, EntityKey key, Kind kind, List<String> paths) {

    /** As seen from the authority: the follower lacks it, has it alone, or has it otherwise. */
    public enum Kind {
        MISSING,
        EXTRA,
        DIFFERENT
    }

    public Divergence {
        paths = List.copyOf(paths);
    }
}
