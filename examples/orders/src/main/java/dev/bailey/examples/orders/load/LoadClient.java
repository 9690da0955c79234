package dev.bailey.examples.orders.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Many clients that speak legacy's contract to the gateway, at a given rate in all, and remember every write and what they
 * were told of it. Thread-safe; clients run on virtual threads until {@link #close}.
 */
public final class LoadClient implements AutoCloseable {

    private final Pace pace;
    private final Tally tally = new Tally();
    private final AtomicInteger explanations = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    private LoadClient(LoadSettings settings, LongSupplier nanoTime) {
        this.pace = new Pace(settings.perSecond(), nanoTime);
    }

    /** Starts the clients; {@code nanoTime} is also the clock of the history. */
    public static LoadClient start(LoadSettings settings, LongSupplier nanoTime) {
        LoadClient load = new LoadClient(settings, nanoTime);
        for (int number = 0; number < settings.clients(); number++) {
            OneClient client =
                    new OneClient(number, settings, load.pace, load.tally, () -> load.explanations.get() > 0, nanoTime);
            load.threads.add(Thread.ofVirtual().name("client-" + number).start(client));
        }
        return load;
    }

    /** Requests of all clients together from now on. */
    public void rate(double perSecond) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("rate " + perSecond + " (expected more than 0; use pause to stop)");
        }
        pace.rate(perSecond);
    }

    /** Begins no more operations and waits until those under way have ended; false when some had not in time. */
    public boolean pause(Duration atMost) throws InterruptedException {
        pace.pause(true);
        return pace.awaitIdle(atMost);
    }

    public void resume() {
        pace.pause(false);
    }

    /** Errors of operations that begin or end before the returned handle is closed count as explained by a service's own defect. */
    public Explanation explaining() {
        explanations.incrementAndGet();
        return explanations::decrementAndGet;
    }

    /** Open for as long as a service's defect explains errors; close it once. */
    @FunctionalInterface
    public interface Explanation extends AutoCloseable {
        @Override
        void close();
    }

    public LoadCounts counts() {
        return tally.counts();
    }

    /** Every write that has ended. */
    public List<Operation> history() {
        return tally.operations();
    }

    /** The longest any operation took since the last call, its retries included. */
    public Duration slowestSinceLastCall() {
        return Duration.ofNanos(tally.slowestNanosSinceLastCall());
    }

    /** Ends the clients after their operations under way, each bounded by its retries. */
    @Override
    public void close() {
        pace.end();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                threads.forEach(Thread::interrupt);
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
