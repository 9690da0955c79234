package dev.bailey.datasync.pace;

import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works through a key range in chunks, several at a time, and says in key order which are done: what was said is a prefix
 * of the range, so a position kept from it loses nothing. Chunk size follows the time chunks take; a chunk that cannot reach
 * its store is tried again, with growing pauses, a bounded number of times.
 */
public final class ChunkWalk<R> {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkWalk.class);
    private static final Duration STOP_WAIT = Duration.ofSeconds(10);

    private final EntityStore boundaries;
    private final ChunkSize size;
    private final int workers;
    private final LongSupplier nanoTime;
    private final Retry retry;

    public ChunkWalk(EntityStore boundaries, ChunkSize size, int workers, LongSupplier nanoTime, Pause pause) {
        this.boundaries = boundaries;
        this.size = size;
        this.workers = workers;
        this.nanoTime = nanoTime;
        this.retry = new Retry(pause);
    }

    /** One chunk's work. */
    @FunctionalInterface
    public interface Chunk<R> {
        R work(KeyRange range) throws StoreException, InterruptedException;
    }

    /** Told each chunk that is done, in key order; whether to go on. */
    @FunctionalInterface
    public interface Done<R> {
        boolean done(KeyRange range, R result) throws InterruptedException;
    }

    private record Finished<R>(KeyRange range, R result) {}

    /** Runs to the end of the range; false when {@code done} ended it early. */
    public boolean walk(KeyRange whole, Chunk<R> chunk, Done<R> done) throws StoreException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(
                workers, Thread.ofPlatform().daemon().name("bailey-chunk-", 0).factory());
        try {
            Deque<Future<Finished<R>>> underWay = new ArrayDeque<>();
            Optional<KeyRange> rest = Optional.of(whole);
            while (rest.isPresent() || !underWay.isEmpty()) {
                while (rest.isPresent() && underWay.size() < workers) {
                    rest = submit(pool, underWay, rest.get(), chunk);
                }
                Finished<R> first = await(underWay.removeFirst());
                if (!done.done(first.range, first.result)) {
                    return false;
                }
            }
            return true;
        } finally {
            pool.shutdownNow();
            if (!pool.awaitTermination(STOP_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("a chunk did not stop within {} s", STOP_WAIT.toSeconds());
            }
        }
    }

    private Optional<KeyRange> submit(
            ExecutorService pool, Deque<Future<Finished<R>>> underWay, KeyRange rest, Chunk<R> chunk)
            throws StoreException, InterruptedException {
        int documents = size.get();
        Optional<EntityKey> cut = retry.of(() -> boundaries.nth(rest, documents));
        KeyRange range = cut.map(rest::until).orElse(rest);
        underWay.add(pool.submit(() -> {
            long start = nanoTime.getAsLong();
            R result = retry.of(() -> chunk.work(range));
            if (cut.isPresent()) {
                size.took(documents, nanoTime.getAsLong() - start);
            }
            return new Finished<>(range, result);
        }));
        return cut.map(rest::behind);
    }

    private Finished<R> await(Future<Finished<R>> future) throws StoreException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case StoreException store -> throw store;
                case RuntimeException bug -> throw bug;
                case null, default -> throw new IllegalStateException("a chunk failed", e);
            }
        }
    }
}
