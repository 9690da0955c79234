package dev.bailey.gateway.load;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of bodies held whole in memory, by all requests together, up to a bound. New requests are refused before it is reached,
 * so that those under way can go on. Thread-safe, lock-free.
 */
public final class HeldBytes {

    /** Above this share of the bound new requests are refused, and let in again below the other. */
    private static final double SHORT = 0.9;

    private static final double ENOUGH = 0.8;

    private final long most;
    private final AtomicLong held = new AtomicLong();
    private volatile boolean running;

    /** @param most bytes, at least 1 */
    public HeldBytes(long most) {
        if (most < 1) {
            throw new IllegalArgumentException("bytes held " + most + " (expected at least 1)");
        }
        this.most = most;
    }

    /** Takes room for so many bytes, to be given back by {@link #release}; false when there is not so much. */
    public boolean tryHold(long bytes) {
        long now = held.get();
        while (bytes <= most - now) {
            long witness = held.compareAndExchange(now, now + bytes);
            if (witness == now) {
                judge(now + bytes);
                return true;
            }
            now = witness;
        }
        return false;
    }

    public void release(long bytes) {
        judge(held.addAndGet(-bytes));
    }

    private void judge(long now) {
        if (!running && now > most * SHORT) {
            running = true;
        } else if (running && now < most * ENOUGH) {
            running = false;
        }
    }

    /** Whether so little is left that new requests should wait. */
    boolean isRunningOut() {
        return running;
    }

    public long held() {
        return held.get();
    }
}
