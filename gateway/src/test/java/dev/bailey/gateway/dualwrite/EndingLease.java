package dev.bailey.gateway.dualwrite;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A lease that a test ends and begins anew. Thread-safe. */
final class EndingLease implements WriteLease {

    private final AtomicInteger looks = new AtomicInteger();
    private volatile boolean held = true;
    private final AtomicLong term = new AtomicLong(1);
    private volatile int endsAfter = Integer.MAX_VALUE;
    private volatile boolean waitedFor;

    /** Changes of records wait for who has it. */
    void waitedFor() {
        waitedFor = true;
    }

    @Override
    public boolean isWaitedFor() {
        return waitedFor;
    }

    /** It ends after so many more looks whether it is valid. */
    void endAfterLooks(int more) {
        endsAfter = looks.get() + more;
    }

    void end() {
        held = false;
        term.incrementAndGet();
    }

    void beginAnew() {
        endsAfter = Integer.MAX_VALUE;
        held = true;
    }

    @Override
    public OptionalLong valid(Duration atLeast) {
        if (looks.incrementAndGet() > endsAfter && held) {
            end();
        }
        return held ? OptionalLong.of(term.get()) : OptionalLong.empty();
    }

    @Override
    public boolean unbroken(long of) {
        return held && of == term.get();
    }
}
