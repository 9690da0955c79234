package dev.bailey.simulation;

import java.util.ArrayList;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The one thread on which a simulation runs. Whatever is ready waits in one list, from which the seed draws the next; time
 * moves on by itself, a little at each step, and in a leap to the next alarm when nothing is ready.
 */
final class Machine {

    private static final long STEP_NANOS = 20_000;

    private final Thread thread = Thread.currentThread();
    private final SplittableRandom order;
    private final Trace trace = new Trace();
    private final ArrayList<Ready> ready = new ArrayList<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private final int yieldPercent;
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

    /** A step of a life becomes ready. Nothing outside of this machine may make it so: then the seed would not rule. */
    void ready(Life life, Runnable step) {
        Thread caller = Thread.currentThread();
        if (!caller.isVirtual() && !caller.equals(thread)) {
            throw new IllegalStateException("thread " + caller.getName()
                    + " woke a simulated thread (expected none to: something waits for real time or for a monitor)");
        }
        if (!life.isOver()) {
            ready.add(new Ready(life, step));
        }
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
            next.step.run();
        }
        return true;
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

    /** What is ready of a life that is over never runs. */
    void forget(Life life) {
        ready.removeIf(waiting -> waiting.life == life);
        alarms.removeIf(alarm -> alarm.life == life);
    }
}
