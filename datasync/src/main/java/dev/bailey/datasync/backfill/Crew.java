package dev.bailey.datasync.backfill;

import dev.bailey.datasync.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few threads at the same work, until each finds no more; the first to fail ends it for all. */
final class Crew {

    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
    private static final Duration STOP_WAIT = Duration.ofSeconds(10);

    private Crew() {}

    /** What each thread does. */
    @FunctionalInterface
    interface Shift {
        void work() throws StoreException, InterruptedException;
    }

    static void work(int workers, Shift shift) throws StoreException, InterruptedException {
        // Platform threads: SQLite's driver holds its carrier while it works.
        ExecutorService pool = Executors.newFixedThreadPool(
                workers,
                Thread.ofPlatform().daemon().name("bailey-backfill-", 0).factory());
        try {
            ExecutorCompletionService<Boolean> shifts = new ExecutorCompletionService<>(pool);
            for (int i = 0; i < workers; i++) {
                shifts.submit(() -> {
                    shift.work();
                    return true;
                });
            }
            List<Boolean> ended = new ArrayList<>();
            while (ended.size() < workers) {
                ended.add(shifts.take().get());
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case StoreException store -> throw store;
                case InterruptedException interrupted -> throw interrupted;
                case RuntimeException bug -> throw bug;
                case null, default -> throw new IllegalStateException("a backfill's worker failed", e);
            }
        } finally {
            pool.shutdownNow();
            if (!pool.awaitTermination(STOP_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("a chunk did not stop within {} s", STOP_WAIT.toSeconds());
            }
        }
    }
}
