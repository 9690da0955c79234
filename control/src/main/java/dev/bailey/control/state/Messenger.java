package dev.bailey.control.state;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * The one platform thread that talks over a connection. An interrupt closes the socket a virtual thread reads from, so a
 * command that is interrupted would lose the answer to its commit; here it waits for the answer and keeps the interrupt.
 * Every wait is bounded by the connection's own timeouts. Thread-safe.
 */
final class Messenger implements AutoCloseable {

    private final ExecutorService thread;

    Messenger(String name) {
        this(Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory()));
    }

    /** @param thread runs one call at a time */
    Messenger(ExecutorService thread) {
        this.thread = thread;
    }

    /** Runs a call on the thread and gives its result; what it throws is thrown. */
    <T> T call(Callable<T> call) {
        Future<T> answer;
        try {
            answer = thread.submit(call);
        } catch (RejectedExecutionException e) {
            throw new StateException("the connection to the shared store was closed by this process", e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw thrown(Objects.requireNonNullElse(e.getCause(), e));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException thrown(Throwable cause) {
        return switch (cause) {
            case RuntimeException expected -> expected;
            case Error bug -> throw bug;
            default -> StateException.because("the shared store failed", cause);
        };
    }

    boolean isClosed() {
        return thread.isShutdown();
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
