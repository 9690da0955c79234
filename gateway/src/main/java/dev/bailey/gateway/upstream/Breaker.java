package dev.bailey.gateway.upstream;

import java.time.Duration;

/**
 * Stops sending to a side that fails: open when, of the last N requests, the share of failures reaches a limit; after a time
 * one probe may pass, whose result closes it or opens it again. Thread-safe. While it is closed nothing takes a lock: asking
 * is one read, and so is a success while the last N requests were all successes; other results cost a few atomic steps.
 */
public final class Breaker {

    private final int size;
    private final int failuresToOpen;
    private final long openNanos;

    private volatile State state = State.CLOSED;
    private volatile BreakerWindow window;

    // Both guarded by this.
    private long openedNanos;
    private boolean probing;

    /** State as shown; the number is the metric's value. */
    public enum State {
        CLOSED,
        HALF_OPEN,
        OPEN
    }

    /**
     * @param failuresPercent share that opens it
     * @param of window in requests; fewer than this never open it
     * @param open how long it stays open before a probe
     */
    public Breaker(int failuresPercent, int of, Duration open) {
        this.size = Math.max(1, of);
        this.failuresToOpen = Math.max(1, (int) Math.ceil(size * failuresPercent / 100.0));
        this.openNanos = open.toNanos();
        this.window = new BreakerWindow(size);
    }

    /** Whether a request may pass now. A half-open breaker lets one pass, which must be followed by {@link #record} or {@link #release}. */
    public boolean tryPass(long nowNanos) {
        return state == State.CLOSED || tryProbe(nowNanos);
    }

    private synchronized boolean tryProbe(long nowNanos) {
        return switch (state) {
            case CLOSED -> true;
            case OPEN -> nowNanos - openedNanos >= openNanos && probe();
            case HALF_OPEN -> !probing && probe();
        };
    }

    private boolean probe() {
        state = State.HALF_OPEN;
        probing = true;
        return true;
    }

    /** A request that passed ended without a result (its client left). */
    public void release() {
        if (state != State.CLOSED) {
            endProbe();
        }
    }

    private synchronized void endProbe() {
        probing = false;
    }

    public void record(boolean success, long nowNanos) {
        if (state != State.CLOSED) {
            recordProbe(success, nowNanos);
            return;
        }
        BreakerWindow recent = window;
        if (success && recent.isFullOfSuccesses()) {
            return; // one more changes nothing
        }
        if (recent.add(!success) >= failuresToOpen) {
            trip(recent, nowNanos);
        }
    }

    private synchronized void trip(BreakerWindow of, long nowNanos) {
        if (state == State.CLOSED && window == of) {
            open(nowNanos);
        }
    }

    private synchronized void recordProbe(boolean success, long nowNanos) {
        if (state != State.HALF_OPEN) {
            return; // it passed before the breaker opened
        }
        probing = false;
        if (success) {
            state = State.CLOSED;
        } else {
            open(nowNanos);
        }
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    public State state() {
        return state;
    }

    private void open(long nowNanos) {
        window = new BreakerWindow(size);
        openedNanos = nowNanos;
        probing = false;
        state = State.OPEN;
    }
}
