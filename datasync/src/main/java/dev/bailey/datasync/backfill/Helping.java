package dev.bailey.datasync.backfill;

import dev.bailey.datasync.backfill.Board.Taken;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies parts that another node laid out: from legacy to modern, in bulk, and nothing else. Before each batch the claim is
 * renewed inside the batch's transaction, whose server takes it back if it is not committed soon after: so nothing is written once
 * the claim is over, even by a process that stood still. Thread-safe.
 */
public final class Helping implements AutoCloseable {

    /** Of a claim; renewed with each batch. */
    static final Duration TERM = Duration.ofSeconds(30);

    /** A batch lands within twice this after its claim was renewed. The rest of the term is for a slow commit. */
    public static final Duration WITHIN = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Helping.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration REST = Duration.ofSeconds(5);
    private static final Duration STOP_WAIT = Duration.ofSeconds(10);

    private final Board board;
    private final Map<SliceName, Place> places;
    private final BooleanSupplier mayHelp;
    private final LongSupplier nanoTime;
    private final Duration within;
    private final ExecutorService workers = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("bailey-helping-", 0).factory());
    private final BlockingQueue<Boolean> ended = new ArrayBlockingQueue<>(1);
    private final Thread looks;
    private volatile boolean over;
    private volatile long restsUntil;
    private boolean failing;

    /**
     * Where parts of a slice are copied.
     *
     * @param shape see {@link Board.Part}
     * @param free how many more may be copied at a time
     */
    private record Place(StorePair stores, String shape, Semaphore free) {}

    /**
     * A slice whose parts may be copied here.
     *
     * @param workers parts at a time
     */
    public record Slice(StorePair stores, String shape, int workers) {

        /** Whether every node can copy parts of it: both stores are on servers, and modern's bounds what is written late. */
        public static boolean isShareable(StorePair stores) {
            return stores.legacy().isServed()
                    && stores.modern().isServed()
                    && stores.modern().timed("", WITHIN, () -> {}).isPresent();
        }
    }

    private Helping(
            Board board,
            Map<SliceName, Slice> slices,
            BooleanSupplier mayHelp,
            LongSupplier nanoTime,
            Duration within) {
        this.within = within;
        this.board = board;
        this.mayHelp = mayHelp;
        this.nanoTime = nanoTime;
        this.places = slices.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        slice -> new Place(
                                slice.getValue().stores(),
                                slice.getValue().shape(),
                                new Semaphore(slice.getValue().workers()))));
        this.restsUntil = nanoTime.getAsLong();
        this.looks = Thread.ofPlatform().daemon().name("bailey-helping").unstarted(this::run);
    }

    /**
     * Begins to look for parts.
     *
     * @param mayHelp whether this node may take one now; not while it runs backfills itself
     * @param within see {@link #WITHIN}
     */
    public static Helping start(
            Board board,
            Map<SliceName, Slice> slices,
            BooleanSupplier mayHelp,
            LongSupplier nanoTime,
            Duration within) {
        Helping helping = new Helping(board, slices, mayHelp, nanoTime, within);
        if (!slices.isEmpty()) {
            helping.looks.start();
        }
        return helping;
    }

    private void run() {
        try {
            while (!over) {
                if (!beginOne()) {
                    ended.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean beginOne() {
        Map<SliceName, String> able = places.entrySet().stream()
                .filter(place -> place.getValue().free.availablePermits() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, place -> place.getValue().shape));
        if (able.isEmpty() || nanoTime.getAsLong() - restsUntil < 0) {
            return false;
        }
        try {
            Optional<Taken> taken = mayHelp.getAsBoolean() ? board.claim(able, TERM) : Optional.empty();
            failing = false;
            taken.ifPresent(this::begin);
            return taken.isPresent();
        } catch (StoreException away) {
            if (!failing && !over) {
                LOG.warn("no part of a backfill can be taken, which is tried again: {}", away.getMessage());
            }
        } catch (RuntimeException bug) {
            if (!failing && !over) {
                LOG.error("taking a part of a backfill failed by a bug, which is tried again", bug);
            }
        }
        failing = true;
        return false;
    }

    private void begin(Taken taken) {
        Place place = places.get(taken.part().slice());
        if (place == null) {
            throw new IllegalStateException(
                    "a part of slice " + taken.part().slice() + " was taken, which is not copied here");
        }
        place.free.acquireUninterruptibly();
        workers.execute(() -> {
            try {
                work(taken, place.stores);
            } finally {
                place.free.release();
                ended.offer(true);
            }
        });
    }

    private void work(Taken taken, StorePair stores) {
        try {
            board.copied(taken, copy(taken, stores));
        } catch (StoreException failed) {
            LOG.warn(
                    "a part of {} is left to the node that leads: {}",
                    taken.part().job(),
                    failed.getMessage());
            leave(taken);
        } catch (RuntimeException bug) {
            LOG.error("copying a part of {} failed by a bug", taken.part().job(), bug);
            leave(taken);
        }
    }

    private void leave(Taken taken) {
        restsUntil = nanoTime.getAsLong() + REST.toNanos();
        try {
            board.left(taken);
        } catch (StoreException away) {
            LOG.debug("its time runs out instead: {}", away.getMessage());
        }
    }

    /** Returns how many documents were written. */
    private long copy(Taken taken, StorePair stores) throws StoreException {
        EntityStore modern = stores.modern()
                .timed(taken.part().name(), within, () -> expectHeld(taken))
                .orElseThrow();
        Reading reading = Reading.of(stores, stores.legacy(), modern, () -> {});
        Carry carry = Chunk.carry(reading, taken.part().range()).carry();
        return carry.written().size();
    }

    private void expectHeld(Taken taken) throws StoreException {
        if (over || !board.holds(taken, TERM)) {
            throw new StoreException("slice " + taken.part().slice()
                    + ": this node may not write what it has read (expected a claim that lasts): the node that leads"
                    + " has taken the part back, or this one ends");
        }
    }

    /** Takes no more parts, and waits for the end of those it has, for a bounded time. */
    @Override
    public void close() {
        over = true;
        looks.interrupt();
        try {
            // First, for it may just have taken a part. Where no slice can be shared it was never started.
            if (looks.isAlive() && !looks.join(STOP_WAIT)) {
                LOG.warn("a look for parts did not end within {} s", STOP_WAIT.toSeconds());
            }
            workers.shutdown();
            if (!workers.awaitTermination(STOP_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("a part did not end within {} s; it is left to the node that leads", STOP_WAIT.toSeconds());
            }
        } catch (InterruptedException e) {
            workers.shutdown();
            Thread.currentThread().interrupt();
        }
    }
}
