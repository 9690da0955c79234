package dev.bailey.gateway.dualwrite;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of the write path: virtual ones for work that blocks, one timer for what is due later. Ends them all. */
final class Tasks {

    private static final Logger log = LoggerFactory.getLogger(Tasks.class);

    private final Scheduler scheduler;
    private final ExecutorService workers;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopped = lock.newCondition();
    private volatile boolean stopping;

    /** @param scheduler closed with this */
    Tasks(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.workers = Executors.newThreadPerTaskExecutor(scheduler.threads());
    }

    /** Work that may block. It ends early, by interruption, when the write path stops. */
    interface Work {
        void run() throws InterruptedException;
    }

    /** Begins the work, unless the write path is stopping: then false. Work that began is run, whatever happens meanwhile. */
    boolean start(String what, Work work) {
        if (stopping) {
            return false;
        }
        try {
            workers.execute(() -> run(what, work));
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }

    private void run(String what, Work work) {
        running.add(Thread.currentThread());
        try {
            work.run();
        } catch (InterruptedException stopped) {
            log.debug("{} stopped", what);
        } catch (RuntimeException bug) {
            if (!stopping) {
                log.error("{} failed", what, bug);
            }
        } finally {
            running.remove(Thread.currentThread());
        }
    }

    /** A short action later, on the timer; it must not block. */
    void later(Duration delay, Runnable action) {
        if (!stopping) {
            scheduler.after(delay, action);
        }
    }

    /** Sleeps; ends at once, as by interruption, when the write path stops. */
    void pause(Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (scheduler.await(lock, stopped, () -> stopping, atMost)) {
                throw new InterruptedException("the write path stops");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a stage that never fails; ends early, by interruption, when the write path stops. */
    static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    Scheduler scheduler() {
        return scheduler;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Lets nothing new begin, waits a while for what runs, and interrupts the rest. */
    void stop(Duration grace) {
        stopping = true;
        lock.lock();
        try {
            stopped.signalAll();
        } finally {
            lock.unlock();
        }
        scheduler.close();
        workers.shutdown();
        try {
            if (!grace.isZero() && workers.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
            workers.shutdownNow();
            running.forEach(Thread::interrupt);
            if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
                log.warn("{} tasks of the write path did not end within 5 s of their interruption", running.size());
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
