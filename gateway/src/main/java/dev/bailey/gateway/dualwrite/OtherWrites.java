package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.PendingWrite.Stage;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.RecordFeed;
import dev.bailey.journal.RecordFeed.Look;
import dev.bailey.journal.RecordFeed.Seen;
import dev.bailey.model.write.RecordState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what others write into the journal, and what becomes of one's own writes there when another delivers: looks again
 * and again, and brings the pending writes of each slice up to date.
 */
final class OtherWrites implements Tasks.Work {

    private static final Logger log = LoggerFactory.getLogger(OtherWrites.class);
    private static final Duration EVERY = Duration.ofMillis(20);

    private final Sharing sharing;
    private final Sight sight;
    private final Slices slices;
    private final Parking parking;
    private final Scheduler scheduler;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean nudged;
    private boolean over;
    private long ended;
    private volatile long lastBegan;
    private boolean failing;

    OtherWrites(Sharing sharing, Sight sight, Slices slices, Parking parking, Scheduler scheduler) {
        this.sharing = sharing;
        this.sight = sight;
        this.slices = slices;
        this.parking = parking;
        this.scheduler = scheduler;
        this.lastBegan = scheduler.nanoTime();
    }

    @Override
    public void run() throws InterruptedException {
        try (RecordFeed feed = sharing.feed()) {
            while (awaitTurn()) {
                try {
                    look(feed);
                    failing = false;
                } catch (RuntimeException away) {
                    if (!failing) {
                        log.warn("what others write cannot be seen, which is tried again: {}", away.getMessage());
                    }
                    failing = true;
                }
            }
        }
    }

    /** Does the first look; everything that is open is known after it. */
    void begin() {
        look(sharing.feed());
    }

    private boolean awaitTurn() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            scheduler.await(lock, changed, () -> nudged || over, EVERY);
            nudged = false;
            return !over;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything is seen that was visible in the journal when this was called; false when it was not in time. */
    boolean catchUp(Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long next = sight.looksBegun() + 1;
            nudged = true;
            changed.signalAll();
            return scheduler.await(lock, changed, () -> ended >= next, atMost);
        } finally {
            lock.unlock();
        }
    }

    /** How old what is seen may be. */
    Duration age() {
        return Duration.ofNanos(scheduler.nanoTime() - lastBegan);
    }

    private void look(RecordFeed feed) {
        long began = scheduler.nanoTime();
        long which = sight.beginLook();
        Look look = feed.next();
        for (Seen seen : look.records()) {
            see(slices.of(seen.head().slice()), seen, which);
        }
        slices.all().forEach(slice -> slice.pending.looked(which, look.position()));
        lastBegan = began;
        lock.lock();
        try {
            ended = which;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void see(SliceWrites slice, Seen seen, long look) {
        JournalRecord.Head head = seen.head();
        if (head.state() == RecordState.DELIVERED) {
            slice.recent.ended(head.entity().orElse(null), scheduler.nanoTime());
        }
        PendingWrite known = slice.pending.find(head.id());
        boolean own = seen.origin().equals(sharing.origin());
        if (known == null) {
            boolean isGap = head.follower().isEmpty() && head.state() == RecordState.APPLIED;
            if (!own && !head.state().isFinal() && !isGap && !slice.pending.isGone(head.id(), look)) {
                PendingWrite write = PendingWrite.seen(seen);
                slice.pending.add(write);
                slice.deliver(slice.pending.queueOfRecord(write));
            }
            return;
        }
        slice.pending.number(known, seen);
        switch (head.state()) {
            case INTENT -> {}
            case UNKNOWN -> {
                if (isTheirs(known, own) && slice.pending.stage(known) == Stage.SENT) {
                    slice.pending.unknown(known);
                }
            }
            case APPLIED -> applied(slice, known, head, own, look);
            case PARKED -> {
                boolean isNew = learn(slice, known, head, own);
                if (isNew || !slice.pending.delivers(known)) {
                    slice.pending.parked(known);
                }
            }
            case REJECTED -> {
                if (isTheirs(known, own)) {
                    slice.pending.remove(List.of(known));
                    slice.nextOf(known.entity);
                }
            }
            case DELIVERED -> {
                if (!slice.pending.delivers(known) || isTheirs(known, own)) {
                    slice.pending.remove(List.of(known));
                    known.delivered.complete(true);
                    slice.nextOf(known.entity);
                }
            }
        }
    }

    /** Takes over whose key another's write has got; false when that was known. */
    private boolean learn(SliceWrites slice, PendingWrite known, JournalRecord.Head head, boolean own) {
        Stage stage = slice.pending.stage(known);
        boolean isNew = isTheirs(known, own) && (stage == Stage.SENT || stage == Stage.UNKNOWN);
        if (isNew) {
            slice.pending.settled(known, head.entity().orElse(null));
        }
        return isNew;
    }

    private void applied(SliceWrites slice, PendingWrite known, JournalRecord.Head head, boolean own, long look) {
        if (learn(slice, known, head, own)) {
            slice.deliver(slice.pending.applied(known));
        } else if (slice.pending.isSince(known, look)) {
            slice.deliver(slice.pending.unparked(known, slice.pending.parkings(known)));
        } else {
            parking.check(slice, known); // it may be of before, or have been taken back since
        }
    }

    /** What this process finds out itself it knows better than the journal. */
    private static boolean isTheirs(PendingWrite known, boolean own) {
        return !own && !known.adopted;
    }
}
