package dev.bailey.gateway.server;

import dev.bailey.model.spec.IntakeSpec;
import java.util.concurrent.TimeUnit;

/**
 * How fast a client sends its body, counting only the time in which it was waited for. A client that stays under the least rate
 * after a grace is given up, or a handful of bytes would hold a request for hours. Used on one event loop.
 */
final class BodyPace {

    private long bytesPerSecond;
    private long graceNanos;
    private long bytes;
    private long waitedNanos;
    private long waitingSince;

    /** @param intake says how fast at least; 0 bytes a second ask for nothing */
    void begin(IntakeSpec intake) {
        bytesPerSecond = intake.minBodyRate();
        graceNanos = intake.bodyGrace().toNanos();
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
        long allowed = graceNanos + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
        return Math.max(1, Math.min(idleNanos, allowed - waitedNanos));
    }
}
