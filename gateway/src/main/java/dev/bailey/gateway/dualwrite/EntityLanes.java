package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One lane for each entity that is being written: one write at a time, the others wait in the order they came. A lane
 * exists only while someone is in it, so memory is bounded by the writes under way.
 */
final class EntityLanes {

    private final ConcurrentHashMap<Name, ArrayDeque<Ticket>> lanes = new ConcurrentHashMap<>();
    private final int waiting;
    private final Scheduler scheduler;

    /** @param waiting how many writes may wait in one lane behind the one that has it */
    EntityLanes(int waiting, Scheduler scheduler) {
        this.waiting = waiting;
        this.scheduler = scheduler;
    }

    /** A place in the lane, in order of calls; null when too many wait already. Never blocks. */
    @Nullable
    Ticket take(SliceName slice, EntityKey entity) {
        Ticket ticket = new Ticket(new Name(slice, entity));
        ArrayDeque<Ticket> lane = lanes.compute(ticket.name, (_, found) -> {
            ArrayDeque<Ticket> queue = found == null ? new ArrayDeque<>(2) : found;
            if (queue.size() <= waiting) {
                ticket.queued = true;
                ticket.first = queue.isEmpty();
                queue.add(ticket);
            }
            return queue;
        });
        assert lane != null;
        if (!ticket.queued) {
            return null;
        }
        if (ticket.first) {
            ticket.granted.complete(true);
        }
        return ticket;
    }

    /** Lanes that exist now. */
    int size() {
        return lanes.size();
    }

    private record Name(SliceName slice, EntityKey entity) {}

    /** A place in one lane. Must be left exactly once it is not needed any more, granted or not; leaving twice is harmless. */
    final class Ticket {
        private final Name name;
        private final CompletableFuture<Boolean> granted = new CompletableFuture<>();
        private boolean queued;
        private boolean first;

        private Ticket(Name name) {
            this.name = name;
        }

        boolean isGranted() {
            return granted.isDone();
        }

        /** Waits for the turn; false when it did not come in time (the place is still to be left). */
        boolean await(Duration atMost) throws InterruptedException {
            return scheduler.await(granted, atMost).isPresent();
        }

        void leave() {
            Ticket[] next = new Ticket[1];
            lanes.computeIfPresent(name, (_, queue) -> {
                queue.remove(this);
                next[0] = queue.peek();
                return queue.isEmpty() ? null : queue;
            });
            if (next[0] != null) {
                next[0].granted.complete(true);
            }
        }
    }
}
