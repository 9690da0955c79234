package dev.bailey.gateway.dualwrite;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one entity (or one write without a key) that are not final, in the journal's order. Delivered by one at a
 * time. Guarded by its {@link SlicePending}.
 */
final class EntityQueue {

    /** So many writes that wait are compared with each other; those behind go by refresh. */
    private static final int COMPARED = 64;

    final @Nullable EntityKey key;
    final TreeMap<Long, PendingWrite> writes = new TreeMap<>();

    /** Someone works on the entity at the follower now. */
    boolean busy;

    /** The one who works reads the entity at the authority now: writes that come meanwhile may or may not be seen. */
    boolean refreshing;

    /** Waits after a failure; how many there were in a row. */
    boolean pausing;

    int failures;

    /** In the list of entities to be delivered. */
    boolean listed;

    EntityQueue(@Nullable EntityKey key) {
        this.key = key;
    }

    /**
     * What is to be done next; marks what a refresh that starts now cannot be sure to see.
     *
     * @param refreshAlways whether the slice knows no replay
     * @param keyed whether the follower takes a request with the same key once, so that it may be sent while an earlier try
     *     may still land
     * @param now the scheduler's time
     */
    Plan plan(boolean refreshAlways, boolean keyed, long now) {
        PendingWrite head = head();
        if (head == null || head.stage != PendingWrite.Stage.APPLIED) {
            return new Plan.Nothing();
        }
        List<PendingWrite> covered = new ArrayList<>();
        boolean refresh = refreshAlways || isOvertaken();
        for (PendingWrite write : writes.values()) {
            if (write.stage != PendingWrite.Stage.APPLIED || write.authority != head.authority) {
                break;
            }
            covered.add(write);
            refresh |= write.byRefresh;
        }
        Duration landing = landing(now);
        if (landing.isPositive() && (refresh || !keyed)) {
            return new Plan.Wait(landing);
        }
        if (!refresh) {
            return new Plan.Replay(head);
        }
        if (key == null) {
            return new Plan.Owe(head);
        }
        if (!refreshAlways && writes.values().stream().anyMatch(write -> write.stage == PendingWrite.Stage.SETTLED)) {
            return new Plan.Nothing(); // until its outcome is durable with the word that it goes by refresh, or without
        }
        writes.values().stream().filter(write -> !covered.contains(write)).forEach(write -> write.byRefresh = true);
        refreshing = true;
        return new Plan.Refresh(head.authority, List.copyOf(covered));
    }

    /**
     * Whether a later write was sent to the follower before the first one came in sight, and given up: it may have been applied
     * there, and the older one must not be put over it.
     */
    private boolean isOvertaken() {
        return writes.values().stream().skip(1).anyMatch(write -> write.mayLand);
    }

    /** Marks writes of different nodes whose times from intent to outcome have a moment in common. */
    void refreshOverlapping() {
        List<PendingWrite> before = new ArrayList<>();
        for (PendingWrite write : writes.values()) {
            for (PendingWrite earlier : before) {
                if (earlier.ended >= write.sequence && !earlier.origin.equals(write.origin)) {
                    earlier.byRefresh = true;
                    write.byRefresh = true;
                }
            }
            if (before.size() < COMPARED) {
                before.add(write);
            } else {
                write.byRefresh = true;
            }
        }
    }

    /** How long something that was given up may still land at the follower. */
    Duration landing(long now) {
        return writes.values().stream()
                .map(write -> write.landing(now))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    @Nullable
    PendingWrite head() {
        return writes.isEmpty() ? null : writes.firstEntry().getValue();
    }

    /** The side that took the newest write which the other side does not have yet; null when there is none. */
    @Nullable
    Side ahead() {
        for (PendingWrite write : writes.descendingMap().values()) {
            if (!write.isGap()) {
                return write.authority;
            }
        }
        return null;
    }

    /** Whether a write of the entity by this authority must wait: one of unknown fate, or one the authority may not have. */
    boolean blocks(Side authority) {
        return writes.values().stream()
                .anyMatch(write ->
                        write.stage == PendingWrite.Stage.UNKNOWN || (!write.isGap() && write.authority != authority));
    }

    /** The next step of an entity's delivery. */
    sealed interface Plan {
        record Nothing() implements Plan {}

        /** Until nothing can land any more that would put an older state over a newer one. */
        record Wait(Duration atLeast) implements Plan {}

        record Replay(PendingWrite write) implements Plan {}

        /** @param covered the applied writes at the head of the queue when the refresh starts to read */
        record Refresh(Side authority, List<PendingWrite> covered) implements Plan {}

        /** A write whose entity nobody can name goes to a reconcile. */
        record Owe(PendingWrite write) implements Plan {}
    }
}
