package dev.bailey.examples.orders.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Gives all clients their turns at one rate, which can be changed, paused and ended. Thread-safe. */
final class Pace {

    private static final long MAX_CATCH_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LongSupplier nanoTime;
    private double perSecond;
    private long next;
    private boolean paused;
    private boolean ended;
    private int busy;

    Pace(double perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.next = nanoTime.getAsLong();
    }

    /** Waits for a turn and begins it; false when the load has ended. Each true must be followed by {@link #done}. */
    boolean turn() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                if (ended) {
                    return false;
                }
                long now = nanoTime.getAsLong();
                if (paused) {
                    changed.await();
                    next = Math.max(next, nanoTime.getAsLong());
                } else if (now < next) {
                    changed.awaitNanos(next - now);
                } else {
                    next = Math.max(next, now - MAX_CATCH_UP_NANOS) + (long) (1e9 / perSecond);
                    busy++;
                    return true;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void done() {
        lock.lock();
        try {
            busy--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void rate(double requestsPerSecond) {
        change(() -> perSecond = requestsPerSecond);
    }

    void pause(boolean wanted) {
        change(() -> paused = wanted);
    }

    void end() {
        change(() -> ended = true);
    }

    /** Whether, within the time, no client was in the middle of an operation. */
    boolean awaitIdle(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (busy > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            return busy == 0;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
