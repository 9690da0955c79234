package dev.bailey.gateway.proxy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How many requests are under way, those whose client left included; draining waits for zero. Thread-safe. */
public final class InFlight {

    private final AtomicInteger count = new AtomicInteger();

    public int count() {
        return count.get();
    }

    void enter() {
        count.incrementAndGet();
    }

    void leave() {
        if (count.decrementAndGet() == 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Blocks until nothing is under way; false when the time is over before that. */
    public synchronized boolean awaitNone(Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        while (count.get() > 0) {
            long leftMillis = (until - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }
}
