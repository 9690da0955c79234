package dev.bailey.datasync.pace;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** A bound of documents a second that can be changed while work runs. Thread-safe. */
public final class Rate {

    /** So long a change of the bound, or an end, waits to be heard. */
    private static final Duration STEP = Duration.ofMillis(200);

    private final LongSupplier nanoTime;
    private final Pause pause;
    private long perSecond;
    private long freeAt;

    public Rate(LongSupplier nanoTime, Pause pause) {
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.freeAt = nanoTime.getAsLong();
    }

    /** Sets the bound, for what was spent and is not paid yet as well; 0 for none. */
    public synchronized void limit(long documentsPerSecond) {
        if (documentsPerSecond < 0) {
            throw new IllegalArgumentException(
                    "rate " + documentsPerSecond + " documents/s (expected >= 0, 0 for no bound)");
        }
        long owed = Math.max(0, remaining());
        freeAt = nanoTime.getAsLong()
                + (documentsPerSecond == 0 ? 0 : (long) (owed * ((double) perSecond / documentsPerSecond)));
        perSecond = documentsPerSecond;
    }

    public synchronized long limit() {
        return perSecond;
    }

    /** The most documents to work on in one go, so that a bound is spread over the seconds; at most so many. */
    public int atOnce(int most) {
        long bound = limit();
        return bound == 0 ? most : Math.clamp(bound, 1, most);
    }

    /**
     * Takes note of documents, and waits until the bound allows more.
     *
     * @param goesOn whether to go on waiting
     * @return whether it waited to the end; what is left then is waited for with the next documents
     */
    public boolean spend(long documents, BooleanSupplier goesOn) throws InterruptedException {
        reserve(documents);
        for (long wait = remaining(); wait > 0; wait = remaining()) {
            if (!goesOn.getAsBoolean()) {
                return false;
            }
            pause.of(Duration.ofNanos(Math.min(wait, STEP.toNanos())));
        }
        return true;
    }

    private synchronized void reserve(long documents) {
        if (perSecond > 0) {
            long now = nanoTime.getAsLong();
            freeAt = (freeAt - now < 0 ? now : freeAt) + documents * TimeUnit.SECONDS.toNanos(1) / perSecond;
        }
    }

    private synchronized long remaining() {
        return freeAt - nanoTime.getAsLong();
    }
}
