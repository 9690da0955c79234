package dev.bailey.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two worlds of one process that meet at something the process has once. */
@Timeout(60)
class MachineTest {

    private final ReentrantLock lock = new ReentrantLock();
    private final Object monitor = new Object();
    private final CountDownLatch isHeld = new CountDownLatch(1);
    private final AtomicReference<Thread> inLine = new AtomicReference<>();
    private final List<String> history = new ArrayList<>();

    private static Machine machine() {
        return new Machine(new SplittableRandom(7), 0);
    }

    /** What a world does in its only step, on a thread of the system of its own. */
    private static Future<?> elsewhere(ExecutorService thread, Runnable work) {
        return thread.submit(() -> {
            Machine machine = machine();
            AtomicBoolean ended = new AtomicBoolean();
            new Life(machine, "other").start(() -> {
                work.run();
                ended.set(true);
            });
            while (!ended.get()) {
                machine.step();
            }
        });
    }

    private void holdUntilSomebodyIs(Thread.State state) {
        isHeld.countDown();
        for (Thread known = inLine.get(); known == null || known.getState() != state; known = inLine.get()) {
            Thread.onSpinWait();
        }
    }

    private void takeLock() {
        lock.lock();
        try {
            assertThat(lock.isHeldByCurrentThread()).isTrue();
        } finally {
            lock.unlock();
        }
    }

    /** One of two threads passes what another world holds before the other one has its turn. */
    private void passes(Runnable through) {
        Machine machine = machine();
        Life life = new Life(machine, "mine");
        Runnable work = () -> {
            if (inLine.get() == null) {
                inLine.set(Thread.currentThread());
            }
            String name = Thread.currentThread().getName();
            history.add(name + " begins");
            through.run();
            history.add(name + " ends");
        };
        life.start(work);
        life.start(work);

        machine.step();
        assertThat(history).as("after one step").hasSize(2);
        machine.step();
        assertThat(history).hasSize(4);
        assertThat(machine.step()).as("more that could happen").isFalse();
    }

    @Test
    void aLockThatAnotherWorldHoldsIsAwaitedInPlace() throws Exception {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> other = elsewhere(thread, () -> {
                lock.lock();
                try {
                    holdUntilSomebodyIs(Thread.State.WAITING);
                } finally {
                    lock.unlock();
                }
            });
            isHeld.await();

            passes(this::takeLock);
            other.get();
        }
    }

    @Test
    void aMonitorThatAnotherWorldHoldsIsAwaitedInPlace() throws Exception {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> other = elsewhere(thread, () -> {
                synchronized (monitor) {
                    holdUntilSomebodyIs(Thread.State.BLOCKED);
                }
            });
            isHeld.await();

            passes(() -> {
                synchronized (monitor) {
                    history.add("");
                    history.removeLast();
                }
            });
            other.get();
        }
    }

    @Test
    void aLockThatItsOwnWorldHoldsIsAWaitLikeAnother() {
        Machine machine = machine();
        Life life = new Life(machine, "mine");
        life.start(() -> {
            lock.lock();
            try {
                life.sleepOn(1_000);
            } finally {
                lock.unlock();
            }
        });
        machine.step();
        life.start(() -> {
            takeLock();
            history.add("passed");
        });

        machine.step();
        assertThat(history).isEmpty();
        while (machine.step()) {
            assertThat(machine.steps()).isLessThan(20);
        }
        assertThat(history).containsExactly("passed");
    }

    @Test
    void aThreadThatAnotherWorldWakesWithoutNeedIsReadyAgain() throws Exception {
        Machine machine = machine();
        Life life = new Life(machine, "mine");
        AtomicBoolean woken = new AtomicBoolean();
        life.start(() -> {
            inLine.set(Thread.currentThread());
            LockSupport.park();
            woken.set(true);
        });
        machine.step();

        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            elsewhere(thread, () -> LockSupport.unpark(inLine.get())).get();
        }

        assertThat(woken).isFalse();
        assertThat(machine.step()).isTrue();
        assertThat(woken).isTrue();
    }
}
