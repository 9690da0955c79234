package dev.bailey.gateway.load;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How loaded one event loop is, and whether it takes a new request. A task every 100 ms measures how late it is run, which is how
 * long everything else waits; the delay is smoothed exponentially. While it is above the bound, the share of requests refused grows
 * with each measurement; below half the bound it shrinks again; between the two it stays. So load is cut to what fits, and not to
 * nothing and back. Used on its event loop; what metrics read may be read from anywhere.
 */
public final class LoopLoad {

    static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Weight of the newest measurement. */
    private static final double NEWEST = 0.3;

    /** A measurement counts for so many bounds at most: one pause is no load, however long the process stood still. */
    private static final int MOST_BOUNDS = 3;

    private static final double MORE = 0.1;
    private static final double LESS = 0.05;

    /** Clients are told to come back within so many seconds, in turn, so that they do not come all at once. */
    private static final int MIN_SPREAD_SECONDS = 3;

    private static final int MAX_SPREAD_SECONDS = 10;

    private final Shedding all;
    private final int at;
    private final long boundNanos;
    private final AtomicLongArray shed = new AtomicLongArray(ShedCause.values().length);
    private double share;
    private double owed;
    private long told;
    private long dueNanos;
    private volatile long delayNanos;
    private @Nullable Future<?> probe;

    LoopLoad(Shedding all, int at, long boundNanos) {
        this.all = all;
        this.at = at;
        this.boundNanos = boundNanos;
    }

    /** Begins to measure; call once, on the loop. */
    public void measure(EventExecutor loop, LongSupplier nanoTime) {
        dueNanos = nanoTime.getAsLong() + EVERY_NANOS;
        probe = loop.scheduleWithFixedDelay(
                () -> tick(nanoTime.getAsLong()), EVERY_NANOS, EVERY_NANOS, TimeUnit.NANOSECONDS);
    }

    /** Ends measuring; on the loop. */
    public void stop() {
        if (probe != null) {
            probe.cancel(false);
            probe = null;
        }
    }

    /** A measurement: it was due at a time, and it is another. */
    void tick(long nowNanos) {
        long late = Math.clamp(nowNanos - dueNanos, 0, MOST_BOUNDS * boundNanos);
        dueNanos = nowNanos + EVERY_NANOS;
        long smoothed = (long) (NEWEST * late + (1 - NEWEST) * delayNanos);
        delayNanos = smoothed;
        if (smoothed > boundNanos) {
            share = Math.min(1, share + MORE);
        } else if (smoothed < boundNanos / 2 && share > 0) {
            share = share - LESS < LESS / 2 ? 0 : share - LESS;
        }
    }

    /** Null lets a new request in; else why it is refused, which was counted. */
    public @Nullable ShedCause refuses() {
        ShedCause cause = cause();
        if (cause != null) {
            shed.setOpaque(cause.ordinal(), shed.getPlain(cause.ordinal()) + 1);
        }
        return cause;
    }

    private @Nullable ShedCause cause() {
        if (share > 0) {
            owed += share;
            if (owed >= 1) {
                owed -= 1;
                return ShedCause.LOOP_DELAY;
            }
        }
        if (all.isFull(at)) {
            return ShedCause.IN_FLIGHT;
        }
        return all.bytes().isRunningOut() ? ShedCause.HELD_BYTES : null;
    }

    /** A request was let in; it must be followed by exactly one {@link #ended}. */
    public void began() {
        all.count(at, 1);
    }

    /** A request is over, or became a tunnel, which is not counted here. */
    public void ended() {
        all.count(at, -1);
    }

    /** Value of {@code Retry-After} for a request that was refused: more, and more spread, the more is refused. */
    public int retryAfterSeconds() {
        int spread = MIN_SPREAD_SECONDS + (int) Math.round(share * (MAX_SPREAD_SECONDS - MIN_SPREAD_SECONDS));
        return 1 + (int) (told++ % spread);
    }

    /** Smoothed. */
    public long delayNanos() {
        return delayNanos;
    }

    long shed(ShedCause cause) {
        return shed.getOpaque(cause.ordinal());
    }
}
