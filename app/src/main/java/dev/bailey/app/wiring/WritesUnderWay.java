package dev.bailey.app.wiring;

import dev.bailey.datasync.reconcile.RecentWrites;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.gateway.dualwrite.DualWrite;
import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the write path knows of writes under way, as the data part asks it; knows of none before the write path is open. */
final class WritesUnderWay implements Pending, RecentWrites {

    private volatile @Nullable DualWrite writes;

    void open(DualWrite path) {
        writes = path;
    }

    @Override
    public List<EntityKey> since(SliceName slice, Instant moment, int most) {
        DualWrite path = writes;
        return path == null ? List.of() : path.recentKeys(slice, moment, most);
    }

    @Override
    public boolean pending(SliceName slice, EntityKey key) {
        WritePath path = writes;
        return path != null && path.undeliveredSince(slice, Optional.of(key), System.nanoTime());
    }

    @Override
    public boolean writtenSince(SliceName slice, EntityKey key, long nano) {
        WritePath path = writes;
        return path != null && path.undeliveredSince(slice, Optional.of(key), nano);
    }
}
