package dev.bailey.app.wiring;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Looks again and again for what others do, for a bounded time. Thread-safe. */
record Looks(Duration every, LongSupplier nanoTime, Pause pause) {

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    static Looks every(Duration every) {
        return new Looks(every, System::nanoTime, Thread::sleep);
    }

    /** What a look found, or empty when none has within the time; the first one is made at once, and one when it is over. */
    <T> Optional<T> until(Duration atMost, Supplier<Optional<T>> look) throws InterruptedException {
        long begun = nanoTime.getAsLong();
        Optional<T> found = look.get();
        while (found.isEmpty() && nanoTime.getAsLong() - begun < atMost.toNanos()) {
            pause.of(every);
            found = look.get();
        }
        return found;
    }
}
