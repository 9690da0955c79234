package dev.bailey.datasync.refresh;

import dev.bailey.datasync.pace.Pause;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;

/** Tells which entities are being written, and waits for their writes to be delivered. Thread-safe. */
public final class Quiet {

    private static final Duration STEP = Duration.ofMillis(20);

    private final SliceName slice;
    private final Pending pending;
    private final LongSupplier nanoTime;
    private final Pause pause;

    public Quiet(SliceName slice, Pending pending, LongSupplier nanoTime, Pause pause) {
        this.slice = slice;
        this.pending = pending;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** The moment now, as {@link #restless} counts. */
    public long now() {
        return nanoTime.getAsLong();
    }

    /** Those with a write under way, or one since a moment. */
    public List<EntityKey> restless(Collection<EntityKey> keys, long since) {
        return keys.stream()
                .filter(key -> pending.pending(slice, key) || pending.writtenSince(slice, key, since))
                .toList();
    }

    /** Waits until nothing is pending for any of them; returns those it waited for in vain. */
    public List<EntityKey> awaitDelivered(Collection<EntityKey> keys, Duration limit) throws InterruptedException {
        long start = nanoTime.getAsLong();
        List<EntityKey> open = List.copyOf(keys);
        while (true) {
            open = open.stream().filter(key -> pending.pending(slice, key)).toList();
            if (open.isEmpty() || nanoTime.getAsLong() - start > limit.toNanos()) {
                return open;
            }
            pause.of(STEP);
        }
    }

    /** Waits a moment between two looks at the same entities. */
    public void pause(Duration duration) throws InterruptedException {
        pause.of(duration);
    }
}
