package dev.bailey.datasync.pace;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A bound of documents a second that can be changed while work runs. Thread-safe. */
public final class Rate {

    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final LongSupplier nanoTime;
    private final Pause pause;
    private final AtomicLong perSecond = new AtomicLong();
    private long freeAt;
    private boolean started;

    public Rate(LongSupplier nanoTime, Pause pause) {
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** Sets the bound; 0 for none. */
    public void limit(long documentsPerSecond) {
        if (documentsPerSecond < 0) {
            throw new IllegalArgumentException(
                    "rate " + documentsPerSecond + " documents/s (expected >= 0, 0 for no bound)");
        }
        perSecond.set(documentsPerSecond);
    }

    public long limit() {
        return perSecond.get();
    }

    /** Takes note of documents worked on, and waits until the bound allows more. */
    public void spend(long documents) throws InterruptedException {
        long bound = perSecond.get();
        if (bound == 0) {
            return;
        }
        long wait = reserve(documents, bound);
        while (wait > 0) {
            // In slices, so that a bound that is raised acts soon.
            pause.of(Duration.ofNanos(Math.min(wait, LONGEST.toNanos())));
            wait = perSecond.get() == bound ? remaining() : 0;
        }
    }

    private synchronized long reserve(long documents, long bound) {
        long now = nanoTime.getAsLong();
        if (!started || freeAt - now < 0) {
            freeAt = now;
            started = true;
        }
        freeAt += documents * TimeUnit.SECONDS.toNanos(1) / bound;
        return freeAt - now;
    }

    private synchronized long remaining() {
        return freeAt - nanoTime.getAsLong();
    }
}
