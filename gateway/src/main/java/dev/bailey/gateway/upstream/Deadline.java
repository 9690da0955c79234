package dev.bailey.gateway.upstream;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timer that is moved far more often than it fires: moving it writes one field, and at most a few scheduled checks exist.
 * Used on its event loop only.
 */
public final class Deadline {

    private static final long NEVER = Long.MAX_VALUE;

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
        at(TurnLoop.now(loop) + nanos);
    }

    /** @param due a moment of {@code System.nanoTime()} */
    public void at(long due) {
        armed = true;
        dueNanos = due;
        if (checkNanos == NEVER || checkNanos - due > 0) {
            checkAt(due, Math.max(1, due - TurnLoop.now(loop)));
        }
    }

    public void clear() {
        armed = false;
    }

    private void checkAt(long at, long inNanos) {
        checkNanos = at;
        loop.schedule(() -> check(at), inNanos, TimeUnit.NANOSECONDS);
    }

    private void check(long at) {
        if (at != checkNanos) {
            return; // an earlier check took over
        }
        checkNanos = NEVER;
        if (!armed) {
            return;
        }
        long left = dueNanos - TurnLoop.now(loop);
        if (left > 0) {
            checkAt(dueNanos, left);
            return;
        }
        armed = false;
        expired.run();
    }
}
