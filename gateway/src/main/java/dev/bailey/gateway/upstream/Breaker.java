package dev.bailey.gateway.upstream;

import java.time.Duration;

/**
 * Stops sending to a side that fails: open when, of the last N requests, the share of failures reaches a limit; after a time
 * one probe may pass, whose result closes it or opens it again. Thread-safe; a few nanoseconds under its own lock.
 */
public final class Breaker {

    private final int size;
    private final int failuresToOpen;
    private final long openNanos;
    private final boolean[] failed;

    private State state = State.CLOSED;
    private int at;
    private int seen;
    private int failures;
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
        this.failed = new boolean[size];
    }

    /** Whether a request may pass now. A half-open breaker lets one pass, which must be followed by {@link #record} or {@link #release}. */
    public synchronized boolean tryPass(long nowNanos) {
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
    public synchronized void release() {
        probing = false;
    }

    public synchronized void record(boolean success, long nowNanos) {
        switch (state) {
            case CLOSED -> {
                count(!success);
                if (seen == size && failures >= failuresToOpen) {
                    open(nowNanos);
                }
            }
            case HALF_OPEN -> {
                probing = false;
                if (success) {
                    state = State.CLOSED;
                } else {
                    open(nowNanos);
                }
            }
            case OPEN -> {} // it passed before the breaker opened
        }
    }

    public synchronized State state() {
        return state;
    }

    private void count(boolean failure) {
        if (seen == size) {
            failures -= failed[at] ? 1 : 0;
        } else {
            seen++;
        }
        failed[at] = failure;
        failures += failure ? 1 : 0;
        at = (at + 1) % size;
    }

    private void open(long nowNanos) {
        state = State.OPEN;
        openedNanos = nowNanos;
        probing = false;
        at = 0;
        seen = 0;
        failures = 0;
    }
}
