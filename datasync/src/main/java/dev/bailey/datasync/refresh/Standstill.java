package dev.bailey.datasync.refresh;

import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Slices whose feeds and repairs write nothing for now: write authority is changing hands, and what was decided under the old
 * owner must not be written once there is a new one. Thread-safe.
 */
public final class Standstill {

    private final Set<SliceName> still = new HashSet<>();
    private final Map<SliceName, Integer> applying = new HashMap<>();

    /** Waits until nobody writes, and lets nobody begin until {@link #end}; false, and ended, when that took too long. */
    public synchronized boolean begin(SliceName slice, Duration atMost) throws InterruptedException {
        still.add(slice);
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (applying.containsKey(slice)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    end(slice);
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            end(slice);
            throw e;
        }
    }

    /** Lets those who wait go on. */
    public synchronized void end(SliceName slice) {
        if (still.remove(slice)) {
            notifyAll();
        }
    }

    /** Waits while the slice stands still; {@link #leave} must follow. */
    public synchronized void enter(SliceName slice) throws InterruptedException {
        while (still.contains(slice)) {
            wait();
        }
        applying.merge(slice, 1, Integer::sum);
    }

    /** Ends what {@link #enter} began. */
    public synchronized void leave(SliceName slice) {
        applying.computeIfPresent(slice, (_, inside) -> inside == 1 ? null : inside - 1);
        notifyAll();
    }
}
