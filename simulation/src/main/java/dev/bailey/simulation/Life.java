package dev.bailey.simulation;

import dev.bailey.gateway.dualwrite.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * A process from its start to its end. Its threads and alarms run on the machine; when it dies they never run again, whatever
 * they were about to do.
 */
final class Life implements Scheduler, InstantSource {

    private static final Instant BEGINNING = Instant.parse("2027-01-01T00:00:00Z");

    private final Machine machine;
    private final String name;
    private final ThreadFactory threads;
    private final List<Runnable> onDeath = new ArrayList<>();
    private boolean over;
    private boolean closed;

    Life(Machine machine, String name) {
        this.machine = machine;
        this.name = name;
        ThreadFactory made = VirtualThreads.on(step -> machine.ready(this, step), name + "-");
        this.threads = work -> made.newThread(() -> {
            machine.begins(Thread.currentThread());
            work.run();
        });
    }

    String name() {
        return name;
    }

    boolean isOver() {
        return over;
    }

    /** Runs work on a thread of this life. */
    void start(Runnable work) {
        if (!over) {
            threads.newThread(work).start();
        }
    }

    /** Called on the machine's thread when the life ends. */
    void onDeath(Runnable action) {
        onDeath.add(action);
    }

    /** Ends the life now. */
    void end(String why) {
        if (over) {
            return;
        }
        over = true;
        machine.say(name + " dies " + why);
        machine.forget(this);
        onDeath.forEach(Runnable::run);
    }

    /** Called by a thread of this life: when that is over, the thread does not come back. */
    void stopHere() {
        while (over && Thread.currentThread().isVirtual()) {
            LockSupport.park();
        }
    }

    @Override
    public ThreadFactory threads() {
        return threads;
    }

    @Override
    public long nanoTime() {
        machine.mayYield();
        return machine.now();
    }

    @Override
    public Instant instant() {
        machine.mayYield();
        return BEGINNING.plusNanos(machine.now());
    }

    @Override
    public Due after(Duration delay, Runnable action) {
        Runnable off = machine.alarm(this, delay.toNanos(), () -> {
            if (!closed) {
                start(action);
            }
        });
        return off::run;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Sleeps in simulated time. */
    void sleep(Duration time) throws InterruptedException {
        CompletableFuture<Boolean> awake = new CompletableFuture<>();
        after(time, () -> awake.complete(true));
        try {
            awake.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Sleeps without a thread of the timer's. */
    void rest(Duration time) throws InterruptedException {
        CompletableFuture<Boolean> awake = new CompletableFuture<>();
        machine.alarm(this, time.toNanos(), () -> awake.complete(true));
        try {
            awake.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The same, and a thread that is interrupted meanwhile notices later. */
    void restOn(long nanos) {
        CompletableFuture<Boolean> awake = new CompletableFuture<>();
        machine.alarm(this, nanos, () -> awake.complete(true));
        awake.join();
    }

    /** Sleeps, and a thread that is interrupted meanwhile notices later. */
    void sleepOn(long nanos) {
        CompletableFuture<Boolean> awake = new CompletableFuture<>();
        after(Duration.ofNanos(nanos), () -> awake.complete(true));
        awake.join();
    }
}
