package dev.bailey.datasync.reconcile;

import dev.bailey.datasync.pace.ChunkSize;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.RangeDigest;
import dev.bailey.datasync.store.RowDigest;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks both stores through the same chunks in key order: while one chunk is judged, both sides work on the next, and the
 * boundaries of the one after it are looked for. Each chunk comes in parts, so that a difference is narrowed already
 * when it shows. Chunk size follows the time the slower side takes.
 */
final class Lockstep {

    private static final Logger LOG = LoggerFactory.getLogger(Lockstep.class);
    private static final int FEWEST_PARTS = 64;
    private static final int MOST_PARTS = 256;
    /** Entities of a part where a chunk has many: so few that splitting it costs little. */
    private static final int PART = 1_000;

    private static final Duration STOP_WAIT = Duration.ofSeconds(10);

    private final StorePair stores;
    private final RowDigest hash;
    private final ChunkSize size;
    private final IntSupplier documents;
    private final int ahead;
    private final LongSupplier nanoTime;
    private final Retry retry;

    /**
     * @param size follows the time that chunks take
     * @param documents how many the next chunk is to have
     * @param ahead chunks worked on before the one before them is judged, it included
     */
    Lockstep(
            StorePair stores,
            RowDigest hash,
            ChunkSize size,
            IntSupplier documents,
            int ahead,
            LongSupplier nanoTime,
            Retry retry) {
        this.documents = documents;
        this.stores = stores;
        this.hash = hash;
        this.size = size;
        this.ahead = ahead;
        this.nanoTime = nanoTime;
        this.retry = retry;
    }

    /**
     * A chunk as both sides have it.
     *
     * @param parts of it, with their digests at each side in the same order
     * @param nanos the slower side took
     */
    record Chunk(KeyRange range, List<KeyRange> parts, List<RangeDigest> legacy, List<RangeDigest> modern, long nanos) {

        /** Entities held against each other: the larger count of each part. */
        long rows() {
            long rows = 0;
            for (int i = 0; i < parts.size(); i++) {
                rows += rows(i);
            }
            return rows;
        }

        /** Those of one part. */
        long rows(int part) {
            return Math.max(legacy.get(part).count(), modern.get(part).count());
        }
    }

    /** Told each chunk, in key order; whether to go on. */
    @FunctionalInterface
    interface Judge {
        boolean judge(Chunk chunk) throws StoreException, InterruptedException;
    }

    /** Where a chunk is cut; {@code last} when nothing is behind it. */
    private record Cut(KeyRange range, List<EntityKey> cuts, boolean last) {}

    private record Timed(List<RangeDigest> digests, long nanos) {}

    private record UnderWay(Cut cut, Future<Timed> legacy, Future<Timed> modern) {}

    /** Runs to the end of the range; false when the judge ended it early. */
    boolean walk(KeyRange whole, Judge judge) throws StoreException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(
                3, Thread.ofPlatform().daemon().name("bailey-lockstep-", 0).factory());
        try {
            Deque<UnderWay> underWay = new ArrayDeque<>();
            Optional<Future<Cut>> next = Optional.of(pool.submit(() -> cut(whole)));
            while (next.isPresent() || !underWay.isEmpty()) {
                while (next.isPresent() && underWay.size() < ahead) {
                    Cut cut = await(next.get());
                    underWay.add(new UnderWay(
                            cut,
                            pool.submit(() -> digests(stores.legacy(), cut)),
                            pool.submit(() -> digests(stores.modern(), cut))));
                    next = cut.last ? Optional.empty() : Optional.of(pool.submit(() -> cut(behind(whole, cut))));
                }
                if (!judge.judge(chunk(underWay.removeFirst()))) {
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

    private static KeyRange behind(KeyRange whole, Cut cut) {
        return whole.behind(cut.range.upTo().orElseThrow());
    }

    /** By legacy's keys; behind its last one by modern's, which may have more than one chunk can hold. */
    private Cut cut(KeyRange rest) throws StoreException, InterruptedException {
        int many = documents.getAsInt();
        int parts = parts(many);
        int step = many / parts;
        List<EntityKey> cuts = new ArrayList<>(retry.of(() -> stores.legacy().cuts(rest, step, parts)));
        if (cuts.size() < parts) {
            KeyRange tail = cuts.isEmpty() ? rest : rest.behind(cuts.getLast());
            cuts.addAll(retry.of(() -> stores.modern().cuts(tail, step, parts - cuts.size())));
        }
        if (cuts.size() < parts) {
            return new Cut(rest, cuts, true);
        }
        EntityKey end = cuts.removeLast();
        return new Cut(rest.until(end), cuts, false);
    }

    /** One of a few numbers, so that databases see few different statements. */
    static int parts(int documents) {
        return Math.min(documents, Math.clamp(Integer.highestOneBit(documents / PART), FEWEST_PARTS, MOST_PARTS));
    }

    private Timed digests(EntityStore store, Cut cut) throws StoreException, InterruptedException {
        return retry.of(() -> {
            long start = nanoTime.getAsLong();
            List<RangeDigest> digests = store.digests(hash, cut.range, cut.cuts);
            return new Timed(digests, nanoTime.getAsLong() - start);
        });
    }

    private Chunk chunk(UnderWay work) throws StoreException, InterruptedException {
        Timed legacy = await(work.legacy);
        Timed modern = await(work.modern);
        Chunk chunk = new Chunk(
                work.cut.range,
                work.cut.range.cut(work.cut.cuts),
                legacy.digests,
                modern.digests,
                Math.max(legacy.nanos, modern.nanos));
        if (!work.cut.last) {
            size.took(chunk.rows(), chunk.nanos);
        }
        return chunk;
    }

    private static <T> T await(Future<T> future) throws StoreException, InterruptedException {
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
