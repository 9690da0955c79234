package dev.bailey.datasync.reconcile;

import dev.bailey.datasync.store.KeyRange;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Suspects of many parts, in key order, that are looked at again together: what a batch has to wait for, it waits for once. A
 * part is behind the pass when the last of its suspects is judged, and those before it are behind.
 */
final class Gathered {

    private final Deque<Part> parts = new ArrayDeque<>();
    private final Deque<EntityKey> suspects = new ArrayDeque<>();
    private final LongSupplier nanoTime;
    private long added;
    private long judged;
    private long since;

    Gathered(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * A part of a chunk.
     *
     * @param rows held against each other in it
     * @param until suspects that are judged when all of this part are, counted from the first that was ever added
     */
    record Part(KeyRange range, long rows, long until) {}

    /** The next part; most have no suspects. */
    void add(KeyRange part, long rows, List<EntityKey> keys) {
        if (suspects.isEmpty()) {
            since = nanoTime.getAsLong();
        }
        suspects.addAll(keys);
        added += keys.size();
        parts.add(new Part(part, rows, added));
    }

    /** Suspects that are not judged. */
    int open() {
        return suspects.size();
    }

    /** Whether the first of them has waited for so long. */
    boolean waited(Duration time) {
        return !suspects.isEmpty() && nanoTime.getAsLong() - since >= time.toNanos();
    }

    /** The first of those. */
    List<EntityKey> first(int most) {
        return suspects.stream().limit(most).toList();
    }

    /** So many of the first are judged. */
    void judged(int keys) {
        for (int i = 0; i < keys; i++) {
            suspects.remove();
        }
        judged += keys;
        since = nanoTime.getAsLong();
    }

    /** Takes the parts that are behind now, in key order. */
    List<Part> behind() {
        List<Part> behind = new ArrayList<>();
        while (!parts.isEmpty() && parts.getFirst().until <= judged) {
            behind.add(parts.removeFirst());
        }
        return behind;
    }
}
