package dev.bailey.journal.sqlite;

import dev.bailey.journal.sqlite.LogDisk.Writing;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A thread that flushes a file while the writer does something else. One thread asks at a time. */
final class Flusher implements Runnable {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Writing asked;
    private @Nullable Throwable failed;
    private boolean running;
    private boolean closed;

    /**
     * Makes a file durable while the calling thread does its own part, and returns when both are done; one after the other where the thread does
     * not run.
     *
     * @param beside does not throw what must not hide the flush's failure
     */
    void force(Writing file, Runnable beside) throws IOException {
        if (!ask(file)) {
            beside.run();
            file.force();
            return;
        }
        Throwable cause;
        try {
            beside.run();
        } finally {
            cause = done();
        }
        switch (cause) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IOException("the flush failed: " + cause, cause);
        }
    }

    private boolean ask(Writing file) {
        lock.lock();
        try {
            if (!running) {
                return false;
            }
            asked = file;
            failed = null;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Throwable done() {
        lock.lock();
        try {
            while (asked != null) {
                changed.awaitUninterruptibly();
            }
            return failed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        begin();
        for (Writing file = next(); file != null; file = next()) {
            Throwable cause = null;
            try {
                file.force();
            } catch (IOException | RuntimeException | Error e) {
                cause = e;
            }
            answer(cause);
        }
    }

    private void begin() {
        lock.lock();
        try {
            running = !closed;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Writing next() {
        lock.lock();
        try {
            while (asked == null && !closed) {
                changed.awaitUninterruptibly();
            }
            running = asked != null;
            return asked;
        } finally {
            lock.unlock();
        }
    }

    private void answer(@Nullable Throwable cause) {
        lock.lock();
        try {
            failed = cause;
            asked = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is asked is done still. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
