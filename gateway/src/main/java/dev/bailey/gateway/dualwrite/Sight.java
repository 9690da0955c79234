package dev.bailey.gateway.dualwrite;

import java.util.concurrent.atomic.AtomicLong;

/** What a process sees of others that write the same journal, and whether it is the one that delivers. Thread-safe. */
final class Sight {

    private final boolean shared;
    private final AtomicLong begun = new AtomicLong();
    private volatile boolean delivers;

    private Sight(boolean shared) {
        this.shared = shared;
        this.delivers = !shared;
    }

    /** Nobody else writes. */
    static Sight alone() {
        return new Sight(false);
    }

    static Sight amongOthers() {
        return new Sight(true);
    }

    boolean isShared() {
        return shared;
    }

    boolean delivers() {
        return delivers;
    }

    void deliver() {
        delivers = true;
    }

    /** How many looks at the journal have begun. */
    long looksBegun() {
        return begun.get();
    }

    long beginLook() {
        return begun.incrementAndGet();
    }
}
