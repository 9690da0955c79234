package dev.bailey.datasync.refresh;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When entities of a slice were last refreshed by somebody else than the job that asks: a copy in bulk may have been read
 * before that and written after it. What does not fit is forgotten, and then every entity counts as touched. Thread-safe.
 */
public final class Touched {

    private static final int KEPT = 100_000;

    private final LongSupplier nanoTime;
    private final Map<EntityKey, Long> touched = new HashMap<>();
    private boolean forgot;
    private long forgotten;

    public Touched(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** To be called before these are read: what is done to them comes later than this. */
    public synchronized void now(Collection<EntityKey> keys) {
        long now = nanoTime.getAsLong();
        if (touched.size() + keys.size() > KEPT) {
            touched.clear();
            forgot = true;
            forgotten = now;
        }
        if (keys.size() <= KEPT) {
            keys.forEach(key -> touched.put(key, now));
        }
    }

    private synchronized boolean since(EntityKey key, long moment) {
        Long last = touched.get(key);
        return (last != null && last - moment >= 0) || (forgot && forgotten - moment >= 0);
    }

    /** What is pending, and what was touched. */
    public Pending and(Pending pending) {
        return new Pending() {
            @Override
            public boolean pending(SliceName slice, EntityKey key) {
                return pending.pending(slice, key);
            }

            @Override
            public boolean writtenSince(SliceName slice, EntityKey key, long moment) {
                return pending.writtenSince(slice, key, moment) || since(key, moment);
            }
        };
    }
}
