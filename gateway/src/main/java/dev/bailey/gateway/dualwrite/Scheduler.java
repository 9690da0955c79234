package dev.bailey.gateway.dualwrite;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The threads, the monotonic clock and the timer of the write path. Everything there that waits for time waits through this,
 * so that a simulation can run it under a time and an order of its own.
 */
public interface Scheduler extends LongSupplier, AutoCloseable {

    /** The machine's own: virtual threads, {@code System.nanoTime}, one timer thread. */
    static Scheduler system() {
        return new SystemScheduler();
    }

    /** Makes the threads for work that blocks. */
    ThreadFactory threads();

    /** The moment now in nanoseconds, of no fixed beginning. */
    long nanoTime();

    /** Runs a short action later, that takes locks for a moment at most. Closing what is returned takes it back. */
    Due after(Duration delay, Runnable action);

    /** Lets no action begin any more. */
    @Override
    void close();

    /** An action that is due at a moment. */
    interface Due extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    default long getAsLong() {
        return nanoTime();
    }

    /** Waits for a future that never fails; empty when it did not complete in time. */
    default <T> Optional<T> await(CompletableFuture<T> future, Duration atMost) throws InterruptedException {
        try {
            if (future.isDone()) {
                return Optional.of(future.join());
            }
            CompletableFuture<Optional<T>> either = future.thenApply(Optional::of);
            try (Due _ = after(atMost, () -> either.complete(Optional.empty()))) {
                return either.get();
            }
        } catch (ExecutionException | CompletionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** What a future completes with, or a value when that is not in time. */
    default <T> CompletableFuture<T> orElseAfter(CompletableFuture<T> future, T late, Duration limit) {
        CompletableFuture<T> either = future.copy();
        if (!either.isDone()) {
            Due due = after(limit, () -> either.complete(late));
            either.whenComplete((_, _) -> due.close());
        }
        return either;
    }

    /** Waits, with the lock held, until something is so; false when it was not in time. Whoever changes it signals. */
    default boolean await(Lock lock, Condition changed, BooleanSupplier isSo, Duration atMost)
            throws InterruptedException {
        long until = nanoTime() + atMost.toNanos();
        while (!isSo.getAsBoolean()) {
            long left = until - nanoTime();
            if (left <= 0) {
                return false;
            }
            try (Due _ = after(Duration.ofNanos(left), () -> signal(lock, changed))) {
                changed.await();
            }
        }
        return true;
    }

    private static void signal(Lock lock, Condition changed) {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
