package dev.bailey.gateway.upstream;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * How many requests to a side may be sent again: a share of all requests, and a floor of so many a second for sides with little
 * traffic. It keeps retries from multiplying the load of a side that is failing because of its load. The idea is Finagle's
 * RetryBudget (a token bucket filled by requests, emptied by retries) and Envoy's retry budget. Thread-safe, lock-free; while
 * nothing is retried the bucket is full and a request costs one read.
 */
public final class RetryBudget {

    /** Retries that may come at once, saved up from requests before. */
    static final int BURST = 100;

    /** Tokens one retry costs; a request puts in its share of them. */
    private static final int RETRY = 1_000_000;

    private static final AtomicLongFieldUpdater<RetryBudget> TOKENS =
            AtomicLongFieldUpdater.newUpdater(RetryBudget.class, "tokens");

    private final int perRequest;
    private final RateCap floor;
    private volatile long tokens;

    /**
     * @param share of the requests that may be sent again, 0 to 1
     * @param floorPerSecond retries a second that are always allowed, at least 1
     */
    public RetryBudget(double share, int floorPerSecond, long nowNanos) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("retry budget " + share + " (expected 0 to 1)");
        }
        this.perRequest = (int) Math.round(share * RETRY);
        this.floor = new RateCap(floorPerSecond, nowNanos);
    }

    /** A request was sent for the first time. */
    public void deposit() {
        if (tokens < BURST * (long) RETRY) {
            TOKENS.addAndGet(this, perRequest);
        }
    }

    /** Takes the right to one retry, out of the share or else out of the floor. */
    public boolean tryTake(long nowNanos) {
        long now = tokens;
        while (now >= RETRY) {
            if (TOKENS.compareAndSet(this, now, now - RETRY)) {
                return true;
            }
            now = tokens;
        }
        return floor.tryTake(nowNanos);
    }
}
