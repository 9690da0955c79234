package dev.bailey.gateway.upstream;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timer that is moved far more often than it fires: moving it writes one field, and at most a few scheduled checks exist.
 * Checks of many timers fall on the same moments, so that a loop is woken a few times a second for all of them; therefore it
 * may fire late, by at most a sixteenth of its time and {@value #COARSEST_NANOS} ns, never early. Used on its event loop only.
 */
public final class Deadline {

    private static final long NEVER = Long.MAX_VALUE;

    private static final long COARSEST_NANOS = 1L << 28;
    private static final int PART_BITS = 4;

    private final EventExecutor loop;
    private final Runnable expired;
    private boolean armed;
    private long dueNanos;
    private long checkNanos = NEVER;

    public Deadline(EventExecutor loop, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
    }

    public void in(long nanos) {
        at(System.nanoTime() + nanos);
    }

    /** @param due a moment of {@code System.nanoTime()} */
    public void at(long due) {
        armed = true;
        dueNanos = due;
        if (checkNanos == NEVER || checkNanos - due > 0) {
            check(due, System.nanoTime());
        }
    }

    /**
     * When to look at a timer: at its moment or a little later, where others are looked at, too.
     *
     * @param due a moment that comes after {@code now}
     */
    static long checkAt(long due, long now) {
        long grain = Math.min(COARSEST_NANOS, Long.highestOneBit(Math.max(1, due - now)) >> PART_BITS);
        return grain <= 1 ? due : due + grain - 1 & -grain;
    }

    public void clear() {
        armed = false;
    }

    /** Has the timer looked at, unless that happens before anyway. */
    private void check(long due, long now) {
        long at = checkAt(due, now);
        if (checkNanos == NEVER || checkNanos - at > 0) {
            checkNanos = at;
            loop.schedule(() -> check(at), Math.max(1, at - now), TimeUnit.NANOSECONDS);
        }
    }

    private void check(long at) {
        if (at != checkNanos) {
            return; // an earlier check took over
        }
        checkNanos = NEVER;
        if (!armed) {
            return;
        }
        long now = System.nanoTime();
        if (dueNanos - now > 0) {
            check(dueNanos, now);
            return;
        }
        armed = false;
        expired.run();
    }
}
