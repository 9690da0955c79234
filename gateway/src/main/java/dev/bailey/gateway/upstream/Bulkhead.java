package dev.bailey.gateway.upstream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * At most so many requests at once, so that one slice cannot take all of a side. Who is refused does not wait. Thread-safe,
 * lock-free. The limit can be moved while requests are inside: a lower one lets nobody in until enough have left.
 */
public final class Bulkhead {

    private final AtomicInteger inside = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
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
        int now = inside.get();
        while (now < limit) {
            int witness = inside.compareAndExchange(now, now + 1);
            if (witness == now) {
                return true;
            }
            now = witness;
        }
        refused.increment();
        return false;
    }

    public void leave() {
        inside.decrementAndGet();
    }

    public int inside() {
        return inside.get();
    }

    /** Requests refused so far. */
    public long refused() {
        return refused.sum();
    }
}
