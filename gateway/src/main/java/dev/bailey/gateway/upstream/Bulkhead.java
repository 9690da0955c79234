package dev.bailey.gateway.upstream;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.LongAdder;

/**
 * At most so many requests at once, so that one slice cannot take all of a side. Who is refused does not wait. Thread-safe,
 * lock-free. The limit can be moved while requests are inside: a lower one lets nobody in until enough have left.
 */
public final class Bulkhead {

    private static final AtomicIntegerFieldUpdater<Bulkhead> INSIDE =
            AtomicIntegerFieldUpdater.newUpdater(Bulkhead.class, "inside");

    private final LongAdder refused = new LongAdder();
    private volatile int inside; // beside the limit, so that both are on one line of memory
    private volatile int limit;

    /** @param limit at least 1 */
    public Bulkhead(int limit) {
        limit(limit);
    }

    /** Moves the limit, from the next {@link #tryEnter} on. */
    void limit(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("concurrency " + requests + " (expected at least 1 request)");
        }
        limit = requests;
    }

    /** Takes a place, which must be given back by exactly one {@link #leave}; false when all are taken. */
    public boolean tryEnter() {
        int now = inside;
        while (now < limit) {
            if (INSIDE.compareAndSet(this, now, now + 1)) {
                return true;
            }
            now = inside;
        }
        refused.increment();
        return false;
    }

    public void leave() {
        INSIDE.decrementAndGet(this);
    }

    public int inside() {
        return inside;
    }

    /** Requests refused so far. */
    public long refused() {
        return refused.sum();
    }
}
