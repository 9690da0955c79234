package dev.bailey.datasync.backfill;

import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.store.StoreException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** How many other nodes may take parts of a backfill, as far as was asked lately. Thread-safe. */
final class Company {

    private static final Duration ASKED_EVERY = Duration.ofSeconds(2);

    private final Board board;
    private final LongSupplier nanoTime;
    private final Retry retry;
    private long asked;
    private volatile int others = -1;

    Company(Board board, LongSupplier nanoTime, Retry retry) {
        this.board = board;
        this.nanoTime = nanoTime;
        this.retry = retry;
    }

    synchronized int others() throws StoreException, InterruptedException {
        long now = nanoTime.getAsLong();
        if (others < 0 || now - asked > ASKED_EVERY.toNanos()) {
            others = retry.of(board::others);
            asked = now;
        }
        return others;
    }

    /** What the backfill does, with whom. */
    String with(String words) {
        return others > 0 ? words + ", with " + others + (others == 1 ? " other node" : " other nodes") : words;
    }
}
