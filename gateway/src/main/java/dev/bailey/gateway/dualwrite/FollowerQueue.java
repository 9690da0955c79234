package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.Carrier.Attempt;
import dev.bailey.gateway.dualwrite.Carrier.Job;
import dev.bailey.gateway.dualwrite.EntityQueue.Plan;
import dev.bailey.journal.JournalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entities of one slice with something for one follower, in the order they became ready. So many are worked on at once;
 * each by one worker, in its own order; behind one breaker. An entity that failed waits by itself, and the others flow.
 */
final class FollowerQueue {

    /** Steps a worker makes for one entity before another gets its place. */
    private static final int STEPS_IN_A_ROW = 16;

    /** Entities refreshed in one go. */
    private static final int REFRESHED_TOGETHER = 32;

    private static final Logger log = LoggerFactory.getLogger(FollowerQueue.class);

    private final SliceWrites slice;
    private final Carrier carrier;
    private final Tasks tasks;
    private final Backoff pauses;
    private final FollowerBreaker breaker;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashSet<EntityQueue> ready = new LinkedHashSet<>();
    private int free;

    /** Said once until it can be read again. */
    private volatile boolean journalAway;

    FollowerQueue(SliceWrites slice, Carrier carrier, Tasks tasks, Backoff pauses, int concurrency) {
        this.slice = slice;
        this.carrier = carrier;
        this.tasks = tasks;
        this.pauses = pauses;
        this.breaker = new FollowerBreaker(pauses);
        this.free = concurrency;
    }

    void offer(EntityQueue queue) {
        lock.lock();
        try {
            ready.add(queue);
        } finally {
            lock.unlock();
        }
        pump();
    }

    /** Ends the entity's pause and lets the next try through the breaker. */
    void resume(EntityQueue queue) {
        slice.pending.with(queue, paused -> paused.pausing = false);
        lock.lock();
        try {
            breaker.answered();
        } finally {
            lock.unlock();
        }
        offer(queue);
    }

    boolean isOpen() {
        lock.lock();
        try {
            return breaker.isOpen();
        } finally {
            lock.unlock();
        }
    }

    private void pump() {
        while (!tasks.isStopping()) {
            EntityQueue next;
            lock.lock();
            try {
                if (free == 0
                        || ready.isEmpty()
                        || !breaker.permits(tasks.scheduler().nanoTime())) {
                    return;
                }
                next = ready.removeFirst();
                if (!slice.pending.begin(next)) {
                    breaker.unused();
                    continue;
                }
                free--;
            } finally {
                lock.unlock();
            }
            tasks.start("delivery", () -> work(next));
        }
    }

    private void work(EntityQueue queue) throws InterruptedException {
        Attempt last = Attempt.progress();
        boolean told = false;
        try {
            for (int step = 0; step < STEPS_IN_A_ROW && last.isProgress() && !isOpenNow(told); step++) {
                Job job = new Job(queue, carrier.plan(slice, queue));
                if (job.plan() instanceof Plan.Nothing) {
                    break;
                }
                List<Job> jobs = new ArrayList<>(List.of(job));
                if (job.plan() instanceof Plan.Refresh refresh) {
                    addOthers(refresh, jobs);
                }
                List<Attempt> attempts = attempt(jobs);
                last = attempts.getFirst();
                tell(last);
                told = true;
                for (int i = 1; i < jobs.size(); i++) {
                    finish(jobs.get(i).queue(), attempts.get(i));
                }
            }
        } finally {
            if (!told) {
                tell(Attempt.progress().notAsked());
            }
            finish(queue, last);
            lock.lock();
            try {
                free++;
            } finally {
                lock.unlock();
            }
            pump();
        }
    }

    private boolean isOpenNow(boolean told) {
        return told && isOpen();
    }

    private List<Attempt> attempt(List<Job> jobs) throws InterruptedException {
        try {
            List<Attempt> attempts = carrier.carry(slice, jobs);
            journalAway = false;
            return attempts;
        } catch (JournalException away) {
            if (!tasks.isStopping() && !journalAway) {
                log.warn("deliveries of slice {} wait for the journal: {}", slice.name, away.getMessage());
            }
            journalAway = true;
            return all(jobs, away);
        } catch (RuntimeException bug) {
            if (!tasks.isStopping()) {
                log.error("a delivery of slice {} failed", slice.name, bug);
            }
            return all(jobs, bug);
        }
    }

    private static List<Attempt> all(List<Job> jobs, RuntimeException cause) {
        Attempt failed = Attempt.later(String.valueOf(cause), Duration.ZERO).notAsked();
        return jobs.stream().map(_ -> failed).toList();
    }

    /** Adds the entities next in line as long as they too are to be refreshed from the same side. */
    private void addOthers(Plan.Refresh first, List<Job> jobs) {
        while (jobs.size() < REFRESHED_TOGETHER) {
            EntityQueue next;
            lock.lock();
            try {
                Iterator<EntityQueue> line = ready.iterator();
                if (!line.hasNext()) {
                    return;
                }
                next = line.next();
                line.remove();
            } finally {
                lock.unlock();
            }
            if (!slice.pending.begin(next)) {
                continue;
            }
            Plan plan = carrier.plan(slice, next);
            if (plan instanceof Plan.Refresh refresh && refresh.authority() == first.authority()) {
                jobs.add(new Job(next, plan));
            } else {
                finish(next, Attempt.progress());
                return;
            }
        }
    }

    private void tell(Attempt attempt) {
        Duration pause = Duration.ZERO;
        lock.lock();
        try {
            switch (attempt.follower()) {
                case ANSWERED -> breaker.answered();
                case SILENT -> pause = breaker.failed(tasks.scheduler().nanoTime());
                case NOT_ASKED -> breaker.unused();
            }
        } finally {
            lock.unlock();
        }
        if (pause.isPositive()) {
            tasks.later(pause, this::pump);
        }
    }

    private void finish(EntityQueue queue, Attempt attempt) {
        int failures = slice.pending.with(queue, done -> done.failures = attempt.isProgress() ? 0 : done.failures + 1);
        boolean more = slice.pending.end(queue, !attempt.isProgress());
        if (!attempt.isProgress()) {
            Duration pause = pauses.after(failures);
            Duration atLeast = attempt.atLeast();
            tasks.later(pause.compareTo(atLeast) < 0 ? atLeast : pause, () -> {
                slice.pending.with(queue, paused -> paused.pausing = false);
                offer(queue);
            });
        } else if (more) {
            slice.deliver(queue);
        }
    }
}
