package dev.bailey.gateway.upstream;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what must be done from time to time, in the background, on one virtual thread. */
public final class Upkeep implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    /** What became due without telling is found after so long. */
    private static final long MAX_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Between two rounds at least, so that a chore that is always due cannot keep a processor busy. */
    private static final long MIN_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Something to be done from time to time. It must not block for long: the others wait. */
    @FunctionalInterface
    public interface Chore {

        /** Never due of itself. */
        long NEVER = Long.MAX_VALUE;

        /** Does what is due; returns the nanoseconds until it wants to be run again at the latest. */
        long run(long nowNanos);
    }

    private final List<Chore> chores;
    private final LongSupplier nanoTime;
    private final Thread thread;
    private volatile boolean closed;

    private Upkeep(LongSupplier nanoTime, List<Chore> chores) {
        this.nanoTime = nanoTime;
        this.chores = List.copyOf(chores);
        this.thread = Thread.ofVirtual().name("bailey-upkeep").unstarted(this::loop);
    }

    public static Upkeep start(LongSupplier nanoTime, List<Chore> chores) {
        Upkeep upkeep = new Upkeep(nanoTime, chores);
        upkeep.thread.start();
        return upkeep;
    }

    private void loop() {
        while (!closed) {
            long sleep = MAX_SLEEP_NANOS;
            for (Chore chore : chores) {
                sleep = closed ? 0 : Math.min(sleep, run(chore));
            }
            if (!closed) {
                LockSupport.parkNanos(Math.max(MIN_SLEEP_NANOS, sleep));
            }
        }
    }

    private long run(Chore chore) {
        try {
            return chore.run(nanoTime.getAsLong());
        } catch (RuntimeException bug) {
            log.error("the upkeep of the addresses failed; it goes on", bug);
            return MAX_SLEEP_NANOS;
        }
    }

    /** Waits until it has ended, after {@link #close}. */
    void join() throws InterruptedException {
        thread.join();
    }

    /** No chore is begun after that; one that runs is not waited for. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
