package dev.bailey.datasync.pace;

import dev.bailey.datasync.store.StoreException;
import java.time.Duration;
import java.util.function.Consumer;

/** Tries again, with growing pauses and a bounded number of times, what failed because a store was away. Thread-safe. */
public final class Retry {

    private static final int TRIES = 8;
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Pause pause;
    private final Consumer<String> told;
    private final Runnable over;

    /** @param told what failed, each time it is tried again */
    public Retry(Pause pause, Consumer<String> told) {
        this(pause, told, () -> {});
    }

    /** @param over run when there is an answer after all */
    public Retry(Pause pause, Consumer<String> told, Runnable over) {
        this.pause = pause;
        this.told = told;
        this.over = over;
    }

    /** Something a store is asked. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws StoreException, InterruptedException;
    }

    /** The first answer; the last failure when there was none. */
    public <T> T of(Attempt<T> attempt) throws StoreException, InterruptedException {
        Duration wait = FIRST_WAIT;
        for (int tries = 1; ; tries++) {
            try {
                T answer = attempt.run();
                if (tries > 1) {
                    over.run();
                }
                return answer;
            } catch (StoreException e) {
                if (tries == TRIES) {
                    throw e;
                }
                told.accept("trying again: " + e.getMessage());
            }
            pause.of(wait);
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
        }
    }
}
