package dev.bailey.gateway.upstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which of the last N results were failures: a ring of bits. Thread-safe and lock-free; exact when results come one at a time,
 * and off by at most the results that are being added at this moment when they do not.
 */
final class BreakerWindow {

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final int size;
    private final long[] failed;
    private final AtomicLong added = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();

    BreakerWindow(int size) {
        this.size = size;
        this.failed = new long[Math.ceilDiv(size, Long.SIZE)];
    }

    /** Whether one more success would leave it as it is. */
    boolean isFullOfSuccesses() {
        return failures.get() == 0 && added.get() >= size;
    }

    /** Adds a result in the place of the oldest; returns the failures in the window, or -1 while it is not full. */
    int add(boolean failure) {
        long before = added.getAndIncrement();
        int slot = (int) (before % size);
        int word = slot / Long.SIZE;
        long bit = 1L << slot;
        if (failure) {
            if (((long) WORD.getAndBitwiseOr(failed, word, bit) & bit) == 0) {
                failures.incrementAndGet();
            }
        } else if (((long) WORD.getOpaque(failed, word) & bit) != 0
                && ((long) WORD.getAndBitwiseAnd(failed, word, ~bit) & bit) != 0) {
            failures.decrementAndGet();
        }
        return before + 1 >= size ? failures.get() : -1;
    }
}
