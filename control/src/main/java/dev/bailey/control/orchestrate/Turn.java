package dev.bailey.control.orchestrate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One command at a time on a slice. The kill switch interrupts whoever has it, and nobody after. */
final class Turn {

    private final ReentrantLock lock = new ReentrantLock(true);
    private @Nullable Thread owner;
    private boolean broken;

    boolean enter(Duration atMost) throws InterruptedException {
        if (!lock.tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        taken();
        return true;
    }

    /** Takes the turn only if it is free now. */
    boolean tryEnter() {
        if (!lock.tryLock()) {
            return false;
        }
        taken();
        return true;
    }

    private synchronized void taken() {
        owner = Thread.currentThread();
        broken = false;
    }

    void leave() {
        synchronized (this) {
            owner = null;
            if (broken) {
                // The interrupt was for this turn; it must not reach what the thread does next.
                boolean wasInterrupted = Thread.interrupted();
                broken = !wasInterrupted && broken;
            }
        }
        lock.unlock();
    }

    /** Interrupts the command that has the turn, if any. */
    synchronized void breakIn() {
        if (owner != null && !owner.equals(Thread.currentThread())) {
            broken = true;
            owner.interrupt();
        }
    }

    boolean isTaken() {
        return lock.isLocked();
    }

    /** Whether the kill switch has taken the turn away. */
    synchronized boolean isBroken() {
        return broken;
    }
}
