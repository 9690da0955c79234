package dev.bailey.gateway.upstream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * At most so many requests a second, with a burst of a tenth of a second's worth (at least one): the generic cell rate
 * algorithm, which is a token bucket kept as one number, the time at which the bucket will be full. Thread-safe, lock-free.
 */
public final class RateCap {

    private static final AtomicLongFieldUpdater<RateCap> FULL_AT =
            AtomicLongFieldUpdater.newUpdater(RateCap.class, "fullAt");

    private final long stepNanos;
    private final long burstNanos;
    private volatile long fullAt;

    public RateCap(int perSecond, long nowNanos) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("rate " + perSecond + " (expected at least 1 a second)");
        }
        this.stepNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burstNanos = Math.max(stepNanos, TimeUnit.MILLISECONDS.toNanos(100));
        this.fullAt = nowNanos;
    }

    public boolean tryTake(long nowNanos) {
        while (true) {
            long full = fullAt;
            long next = (full - nowNanos > 0 ? full : nowNanos) + stepNanos;
            if (next - nowNanos > burstNanos) {
                return false;
            }
            if (FULL_AT.compareAndSet(this, full, next)) {
                return true;
            }
        }
    }
}
