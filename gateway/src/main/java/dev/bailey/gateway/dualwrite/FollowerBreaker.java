package dev.bailey.gateway.dualwrite;

import java.time.Duration;

/**
 * Keeps delivery from beating on a follower that does not answer: after some failures in a row it opens, and then lets one
 * try through at a time, after longer and longer pauses. Not safe for use by many threads: its owner guards it.
 */
final class FollowerBreaker {

    private static final int FAILURES_TO_OPEN = 5;

    private final Backoff pauses;
    private int failures;
    private long openUntil;
    private boolean probing;

    FollowerBreaker(Backoff pauses) {
        this.pauses = pauses;
    }

    /** Whether a try may go now; when it may, its end must be told. */
    boolean permits(long now) {
        if (failures < FAILURES_TO_OPEN) {
            return true;
        }
        if (probing || openUntil - now > 0) {
            return false;
        }
        probing = true;
        return true;
    }

    void answered() {
        failures = 0;
        probing = false;
    }

    /** The try was not made after all. */
    void unused() {
        probing = false;
    }

    /** How long nothing is let through; zero while it is still closed. */
    Duration failed(long now) {
        probing = false;
        failures++;
        if (failures < FAILURES_TO_OPEN) {
            return Duration.ZERO;
        }
        Duration pause = pauses.after(failures - FAILURES_TO_OPEN + 1);
        openUntil = now + pause.toNanos();
        return pause;
    }

    boolean isOpen() {
        return failures >= FAILURES_TO_OPEN;
    }
}
