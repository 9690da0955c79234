package dev.bailey.datasync.reconcile;

import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The pace of a pass that is to take a given time: each chunk waits until its share of the time is over, and what was written
 * lately is looked at meanwhile. Time that the process was away for counts, so that a pass after a restart catches up.
 */
final class Spread {

    private static final Duration STEP = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final int LOOKS = 20;

    private final Duration time;
    private final Duration between;
    private final InstantSource clock;
    private final Pause pause;
    private Instant looked;

    Spread(Duration time, InstantSource clock, Pause pause) {
        this.time = time;
        this.clock = clock;
        this.pause = pause;
        Duration share = time.dividedBy(LOOKS);
        this.between = share.compareTo(LOOK) < 0 ? share : LOOK;
        this.looked = clock.instant();
    }

    /** Looks at what was written since a moment. */
    @FunctionalInterface
    interface Look {
        void at(Instant since) throws StoreException, InterruptedException;
    }

    /** Waits until a share of the time is over; false when the job is to end. */
    boolean await(JobControl control, Instant begun, double share, Look look)
            throws StoreException, InterruptedException {
        Instant due = begun.plusMillis((long) (time.toMillis() * Math.clamp(share, 0, 1)));
        while (control.mayGoOn()) {
            Instant now = clock.instant();
            if (!now.isBefore(looked.plus(between))) {
                Instant since = looked;
                looked = now;
                // A write that began before the last look may have ended after it.
                look.at(since.minus(between));
            }
            if (!now.isBefore(due)) {
                return true;
            }
            pause.of(STEP);
        }
        return false;
    }
}
