package dev.bailey.gateway.upstream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.LongAdder;

/**
 * At most so many requests a second, with a burst of a tenth of a second's worth (at least one): the generic cell rate
 * algorithm, which is a token bucket kept as one number, the time at which the bucket will be full. Thread-safe, lock-free.
 */
public final class RateCap {

    private static final AtomicLongFieldUpdater<RateCap> FULL_AT =
            AtomicLongFieldUpdater.newUpdater(RateCap.class, "fullAt");

    private final LongAdder refused;
    private final long stepNanos;
    private final long burstNanos;
    private volatile long fullAt;

    public RateCap(int perSecond, long nowNanos) {
        this(perSecond, nowNanos, new LongAdder());
    }

    private RateCap(int perSecond, long nowNanos, LongAdder refused) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("rate " + perSecond + " (expected at least 1 a second)");
        }
        this.stepNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burstNanos = Math.max(stepNanos, TimeUnit.MILLISECONDS.toNanos(100));
        this.fullAt = nowNanos;
        this.refused = refused;
    }

    /** Of another rate, from now on; it goes on to count what was refused. */
    RateCap followedBy(int perSecond, long nowNanos) {
        return new RateCap(perSecond, nowNanos, refused);
    }

    public boolean tryTake(long nowNanos) {
        while (true) {
            long full = fullAt;
            long next = (full - nowNanos > 0 ? full : nowNanos) + stepNanos;
            if (next - nowNanos > burstNanos) {
                refused.increment();
                return false;
            }
            if (FULL_AT.compareAndSet(this, full, next)) {
                return true;
            }
        }
    }

    /** Requests refused so far. */
    public long refused() {
        return refused.sum();
    }
}
