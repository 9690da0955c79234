package dev.bailey.app.wiring;

import dev.bailey.control.state.LeaseKeeper;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The threads and the time of what a node does for its place among others.
 *
 * @param keepers threads that last as long as the process
 * @param tasks threads for what ends
 * @param nanoTime monotonic
 * @param ends waits for the end of something
 */
record Clockwork(
        ThreadFactory keepers, ThreadFactory tasks, LongSupplier nanoTime, Looks.Pause pause, LeaseKeeper.Wait ends) {

    static Clockwork ofMachine() {
        return new Clockwork(
                Thread.ofPlatform().daemon().factory(),
                Thread.ofVirtual().factory(),
                System::nanoTime,
                Thread::sleep,
                (ended, atMost) -> ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS));
    }

    Thread keeper(String name, Runnable work) {
        Thread thread = keepers.newThread(work);
        thread.setName(name);
        return thread;
    }

    void pause(Duration time) throws InterruptedException {
        pause.of(time);
    }
}
