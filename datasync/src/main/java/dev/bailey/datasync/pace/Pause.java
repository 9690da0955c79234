package dev.bailey.datasync.pace;

import java.time.Duration;

/** Waits. A port so that tests need not. */
@FunctionalInterface
public interface Pause {

    Pause SLEEP = Thread::sleep;

    void of(Duration duration) throws InterruptedException;
}
