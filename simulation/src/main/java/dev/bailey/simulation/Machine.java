package dev.bailey.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which a simulation runs. Whatever is ready waits in one list, from which the seed draws the next; time
 * moves on by itself, a little at each step, and in a leap to the next alarm when nothing is ready.
 */
final class Machine {

    private static final long STEP_NANOS = 20_000;
    private static final long MONITOR_WAIT_S = 10;

    private final Thread thread = Thread.currentThread();
    private final SplittableRandom order;
    private final Trace trace = new Trace();
    private final ArrayList<Ready> ready = new ArrayList<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private final LinkedBlockingQueue<Runnable> unblocked = new LinkedBlockingQueue<>();
    private final Map<Runnable, Thread> threads = new HashMap<>();
    private final Map<Life, List<Ready>> frozen = new HashMap<>();
    private final int yieldPercent;
    private @Nullable Runnable running;
    private boolean yielding;
    private boolean goesOn;
    private boolean isReady;
    private long now = 1_000_000_000L;
    private long alarmsSet;
    private long steps;

    /** @param yieldPercent how often a thread that looks at something shared lets others go first */
    Machine(SplittableRandom order, int yieldPercent) {
        this.order = order;
        this.yieldPercent = yieldPercent;
    }

    private record Ready(Life life, Runnable step) {}

    private record Alarm(long at, long ordinal, Life life, Runnable action, boolean[] off)
            implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(ordinal, other.ordinal);
        }
    }

    long now() {
        return now;
    }

    long steps() {
        return steps;
    }

    Trace trace() {
        return trace;
    }

    void say(String line) {
        trace.add(now, line);
    }

    /**
     * A step of a life becomes ready. It may come from outside of this machine in one case only: its thread waited for a
     * monitor that another simulation held (a cache of the JDK or of a library), and goes on where it was.
     */
    void ready(Life life, Runnable step) {
        Thread caller = Thread.currentThread();
        if (!caller.isVirtual() && !caller.equals(thread)) {
            unblocked.add(step);
            return;
        }
        isReady |= step.equals(running);
        if (step.equals(running) && !yielding) {
            goesOn = true;
        } else if (!life.isOver()) {
            frozen.getOrDefault(life, ready).add(new Ready(life, step));
        }
    }

    /** Told by a new thread in its first step. */
    void begins(Thread begun) {
        threads.put(Objects.requireNonNull(running), begun);
    }

    /** Runs an action of a life later; what is returned takes it back. */
    Runnable alarm(Life life, long delayNanos, Runnable action) {
        boolean[] off = new boolean[1];
        alarms.add(new Alarm(now + Math.max(0, delayNanos), alarmsSet++, life, action, off));
        return () -> off[0] = true;
    }

    /** Called by simulated threads where they touch what others touch: now and then somebody else goes first. */
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler is ours: a yield gives the choice back to the seed
    void mayYield() {
        if (yieldPercent > 0 && Thread.currentThread().isVirtual() && order.nextInt(100) < yieldPercent) {
            yielding = true;
            Thread.yield();
        }
    }

    /** One step; false when nothing is left that could ever happen. */
    boolean step() {
        ring();
        if (ready.isEmpty()) {
            Alarm next = alarms.peek();
            if (next == null) {
                return false;
            }
            now = Math.max(now, next.at);
            ring();
            return true;
        }
        int chosen = order.nextInt(ready.size());
        Ready next = ready.get(chosen);
        ready.set(chosen, ready.getLast());
        ready.removeLast();
        if (!next.life.isOver()) {
            steps++;
            now += order.nextLong(STEP_NANOS);
            run(next.step);
        }
        return true;
    }

    /** Runs a thread to its next wait; a monitor it meets closed on the way is no wait: nothing else happens meanwhile. */
    private void run(Runnable step) {
        running = step;
        do {
            goesOn = false;
            isReady = false;
            step.run();
            yielding = false;
        } while (goesOn || isUnblocked(step));
        running = null;
    }

    private boolean isUnblocked(Runnable step) {
        if (!waitsForMonitor(threads.get(step)) && unblocked.isEmpty()) {
            return false;
        }
        try {
            Runnable free = unblocked.poll(MONITOR_WAIT_S, TimeUnit.SECONDS);
            if (free == null || !free.equals(step)) {
                throw new IllegalStateException(
                        "a simulated thread waits for a monitor that is not given free (expected"
                                + " none to be held through a wait)");
            }
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in the middle of a simulation", e);
        }
    }

    /** Also when it has the monitor again, but has not been handed over yet. */
    private boolean waitsForMonitor(@Nullable Thread stepped) {
        return stepped != null
                && switch (stepped.getState()) {
                    case BLOCKED -> true;
                    case RUNNABLE -> !isReady;
                    default -> false;
                };
    }

    /** Runs the actions that are due. */
    private void ring() {
        for (Alarm due = alarms.peek(); due != null && (due.at <= now || due.off[0]); due = alarms.peek()) {
            alarms.remove();
            if (!due.off[0] && !due.life.isOver()) {
                due.action.run();
            }
        }
    }

    /** Whether all threads of a life wait for something. */
    boolean isIdle(Life life) {
        return ready.stream().noneMatch(waiting -> waiting.life == life);
    }

    /** Nothing of a life runs for a while; what becomes ready meanwhile is ready afterwards. To be called when it is idle. */
    void freeze(Life life, Life world, long nanos) {
        if (frozen.putIfAbsent(life, new ArrayList<>()) == null) {
            alarm(world, nanos, () -> {
                List<Ready> woken = frozen.remove(life);
                if (woken != null && !life.isOver()) {
                    ready.addAll(woken);
                }
            });
        }
    }

    boolean isFrozen(Life life) {
        return frozen.containsKey(life);
    }

    /** What is ready of a life that is over never runs. */
    void forget(Life life) {
        ready.removeIf(waiting -> waiting.life == life);
        alarms.removeIf(alarm -> alarm.life == life);
    }
}
