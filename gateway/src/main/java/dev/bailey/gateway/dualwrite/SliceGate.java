package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.SliceState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The door of one slice: knows every write between entry and end, and holds new ones during a handover. A write enters
 * before it reads the routing record and passes only under the lock that also sets the hold, so whoever sets a hold and
 * then finds no concerned write inside can be sure that none slips through under the old record.
 */
final class SliceGate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private final TreeMap<Long, Inside> inside = new TreeMap<>();
    private final ArrayDeque<Waiting> held = new ArrayDeque<>();
    private final Scheduler scheduler;
    private long entries;
    private @Nullable SliceState prepared;
    private boolean retired;

    SliceGate(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Enters a write; before its routing record is read. */
    Inside enter(@Nullable PinnedRequest request) {
        lock.lock();
        try {
            Inside write = new Inside(++entries, request);
            inside.put(write.ordinal, write);
            return write;
        } finally {
            lock.unlock();
        }
    }

    void hold(SliceState next) {
        lock.lock();
        try {
            prepared = next;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a write may have to wait, or to go elsewhere. */
    boolean isHolding() {
        lock.lock();
        try {
            return prepared != null || retired;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the hold and lets the held writes go in the order in which they came. */
    void release() {
        lock.lock();
        try {
            prepared = null;
        } finally {
            lock.unlock();
        }
        free();
    }

    /** Lets no write pass any more, those held included: this gateway gives up the store. */
    void retire() {
        lock.lock();
        try {
            retired = true;
        } finally {
            lock.unlock();
        }
        free();
    }

    /** Takes {@link #retire} back. */
    void reopen() {
        lock.lock();
        try {
            retired = false;
        } finally {
            lock.unlock();
        }
    }

    boolean isRetired() {
        lock.lock();
        try {
            return retired;
        } finally {
            lock.unlock();
        }
    }

    private void free() {
        ArrayDeque<Waiting> free;
        lock.lock();
        try {
            free = new ArrayDeque<>(held);
            held.clear();
        } finally {
            lock.unlock();
        }
        free.forEach(waiting -> waiting.released.complete(true));
    }

    int held() {
        lock.lock();
        try {
            return held.size();
        } finally {
            lock.unlock();
        }
    }

    int inside() {
        lock.lock();
        try {
            return inside.size();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no write that the hold concerns (without a hold: none at all) is inside. */
    boolean awaitQuiet(Duration atMost) throws InterruptedException {
        return awaitNone(write -> write.concernedBy(prepared), atMost);
    }

    /** Waits until every write that entered before this call has left. */
    boolean awaitOlder(Duration atMost) throws InterruptedException {
        long last;
        lock.lock();
        try {
            last = entries;
        } finally {
            lock.unlock();
        }
        return awaitNone(write -> write.ordinal <= last, atMost);
    }

    /** Waits until no write is inside that may be at its authority; one of unknown fate is not waited for. */
    boolean awaitSettled(Duration atMost) throws InterruptedException {
        return awaitNone(write -> write.decision != null, atMost);
    }

    private boolean awaitNone(Predicate<Inside> waitedFor, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return scheduler.await(lock, left, () -> inside.values().stream().noneMatch(waitedFor), atMost);
        } finally {
            lock.unlock();
        }
    }

    private static final class Waiting {
        final CompletableFuture<Boolean> released = new CompletableFuture<>();
    }

    /** What the door says to a write. */
    enum Passage {
        PASSED,
        /** The hold concerns it. */
        HELD,
        /** Nothing passes here any more. */
        RETIRED
    }

    /** How waiting in the hold ended. */
    enum Wait {
        RELEASED,
        TOO_MANY,
        TOO_LONG
    }

    /** One write inside, from entry until its fate is known and durable. */
    final class Inside {
        private final long ordinal;
        private final @Nullable PinnedRequest request;
        private @Nullable RouteDecision decision;
        private @Nullable Waiting waiting;

        private Inside(long ordinal, @Nullable PinnedRequest request) {
            this.ordinal = ordinal;
            this.request = request;
        }

        /** Whether the write may go on under the decision; when not, it has left, and one that is held must {@link #awaitRelease}. */
        Passage pass(RouteDecision decided, int maxHeld) {
            lock.lock();
            try {
                decision = decided;
                if (!retired && (prepared == null || !concernedBy(prepared))) {
                    return Passage.PASSED;
                }
                inside.remove(ordinal);
                left.signalAll();
                if (retired) {
                    return Passage.RETIRED;
                }
                if (held.size() < maxHeld) {
                    waiting = new Waiting();
                    held.add(waiting);
                }
                return Passage.HELD;
            } finally {
                lock.unlock();
            }
        }

        Wait awaitRelease(Duration atMost) throws InterruptedException {
            Waiting release = waiting;
            if (release == null) {
                return Wait.TOO_MANY;
            }
            if (scheduler.await(release.released, atMost).isPresent()) {
                return Wait.RELEASED;
            }
            lock.lock();
            try {
                held.remove(release);
            } finally {
                lock.unlock();
            }
            return Wait.TOO_LONG;
        }

        /** Its fate is not known: from now on every hold waits for it, whatever its entity. */
        void unsure() {
            lock.lock();
            try {
                decision = null;
            } finally {
                lock.unlock();
            }
        }

        /** Leaves; harmless when it has left already. */
        void leave() {
            lock.lock();
            try {
                if (inside.remove(ordinal) != null) {
                    left.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        private boolean concernedBy(@Nullable SliceState record) {
            return record == null || request == null || decision == null || request.differs(decision, record);
        }
    }
}
