package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.EntityKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When the last write of each entity of one slice became equal at both sides: the last minute, at most so many entities. Where
 * it has forgotten, it answers for the whole slice, so that lag is never mistaken for a mismatch.
 */
final class RecentDeliveries {

    private static final long KEPT_NANOS = 60_000_000_000L;

    private final int most;
    private final LinkedHashMap<EntityKey, Long> ended = new LinkedHashMap<>();
    private @Nullable Long last;
    private @Nullable Long forgottenUpTo;

    RecentDeliveries(int most) {
        this.most = most;
    }

    synchronized void ended(@Nullable EntityKey entity, long nanoTime) {
        last = nanoTime;
        if (entity == null) {
            return;
        }
        ended.remove(entity);
        ended.put(entity, nanoTime);
        var eldest = ended.entrySet().iterator();
        while (eldest.hasNext()) {
            Map.Entry<EntityKey, Long> oldest = eldest.next();
            if (ended.size() <= most && nanoTime - oldest.getValue() < KEPT_NANOS) {
                break;
            }
            forgottenUpTo = oldest.getValue();
            eldest.remove();
        }
    }

    /** Whether a delivery ended after the moment. */
    synchronized boolean since(Optional<EntityKey> entity, long nanoTime) {
        Long moment = last;
        if (entity.isPresent()) {
            moment = ended.get(entity.get());
            if (moment == null && forgottenUpTo != null && forgottenUpTo - nanoTime >= 0) {
                moment = last;
            }
        }
        return moment != null && moment - nanoTime >= 0;
    }
}
