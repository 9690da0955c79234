package dev.bailey.gateway.server;

import java.util.concurrent.TimeUnit;

/**
 * How fast a client sends its body, counting only the time in which it was waited for. A client that stays under the least rate
 * after a grace is given up, or a handful of bytes would hold a request for hours. Used on one event loop.
 */
final class BodyPace {

    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private long bytesPerSecond;
    private long bytes;
    private long waitedNanos;
    private long waitingSince;

    /** @param least bytes a second; 0 asks for none */
    void begin(long least) {
        bytesPerSecond = least;
        bytes = 0;
        waitedNanos = 0;
        waitingSince = 0;
    }

    void came(int count, long now) {
        bytes += count;
        if (waitingSince != 0) {
            waitedNanos += now - waitingSince;
            waitingSince = 0;
        }
    }

    /** The client is waited for from now on; how long at most. */
    long waits(long now, long idleNanos) {
        if (waitingSince == 0) {
            waitingSince = now;
        }
        if (bytesPerSecond == 0) {
            return idleNanos;
        }
        long allowed = GRACE_NANOS + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
        return Math.max(1, Math.min(idleNanos, allowed - waitedNanos));
    }
}
