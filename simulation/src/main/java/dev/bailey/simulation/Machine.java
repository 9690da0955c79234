package dev.bailey.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which a simulation runs. Whatever is ready waits in one list, from which the seed draws the next; time
 * moves on by itself, a little at each step, and in a leap to the next alarm when nothing is ready.
 */
final class Machine {

    private static final long STEP_NANOS = 20_000;
    private static final long OUTSIDE_WAIT_S = 60;
    private static final int TOLD_FRAMES = 12;

    private final Thread thread = Thread.currentThread();
    private final SplittableRandom order;
    private final Trace trace = new Trace();
    private final ArrayList<Ready> ready = new ArrayList<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private final LinkedBlockingQueue<Woken> woken = new LinkedBlockingQueue<>();
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

    /** A step that became ready outside of this machine. */
    private record Woken(Life life, Runnable step, Thread by) {}

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
     * A step of a life becomes ready. That is told from outside of this machine in one case only: its thread was in line for a
     * monitor or lock that another simulation held (a cache of the JDK or of a library), and goes on where it was.
     */
    void ready(Life life, Runnable step) {
        if (!VirtualThreads.carrier().equals(thread)) {
            woken.add(new Woken(life, step, Thread.currentThread()));
            return;
        }
        isReady |= step.equals(running);
        if (step.equals(running) && !yielding) {
            goesOn = true;
        } else {
            add(life, step);
        }
    }

    private void add(Life life, Runnable step) {
        if (!life.isOver()) {
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
        for (Woken next = woken.poll(); next != null; next = woken.poll()) {
            late(next);
        }
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

    /** Runs a thread to its next wait; what another simulation holds on the way is no wait: nothing else happens meanwhile. */
    private void run(Runnable step) {
        running = step;
        do {
            goesOn = false;
            isReady = false;
            step.run();
            yielding = false;
        } while (goesOn || isWoken(step));
        running = null;
    }

    /** Awaits what the thread of a step is in line for outside of this machine, if it is. */
    private boolean isWoken(Runnable step) {
        boolean waits = isInLineOutside(threads.get(step));
        while (waits || !woken.isEmpty()) {
            Woken next = awaitWoken(step);
            if (next.step.equals(step)) {
                return true;
            }
            late(next);
        }
        return false;
    }

    private Woken awaitWoken(Runnable step) {
        try {
            Woken next = woken.poll(OUTSIDE_WAIT_S, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException(
                        "a simulated thread waits for a monitor or lock that is not given free within " + OUTSIDE_WAIT_S
                                + " s (expected none to be held through a wait): " + told(threads.get(step)));
            }
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in the middle of a simulation", e);
        }
    }

    /** Another simulation that lets a lock go may wake a thread that has got it already, and waits for something else now. */
    private void late(Woken next) {
        if (!next.by.isVirtual() && !next.life.isOver()) {
            throw new IllegalStateException(
                    "the thread " + next.by.getName() + " has woken a simulated one (expected its world"
                            + " to do so, or a time of its scheduler): " + told(threads.get(next.step)));
        }
        add(next.life, next.step);
    }

    private static String told(@Nullable Thread simulated) {
        return simulated == null
                ? "a new one"
                : simulated.getName() + " at "
                        + Arrays.stream(simulated.getStackTrace())
                                .limit(TOLD_FRAMES)
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining(" < "));
    }

    /** Also when it has what it waited for, but has not been handed over yet. */
    private boolean isInLineOutside(@Nullable Thread stepped) {
        return stepped != null
                && switch (stepped.getState()) {
                    case BLOCKED -> true;
                    case RUNNABLE -> !isReady;
                    case WAITING, TIMED_WAITING -> LockHolder.isOutside(stepped, threads::containsValue);
                    case NEW, TERMINATED -> false;
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
