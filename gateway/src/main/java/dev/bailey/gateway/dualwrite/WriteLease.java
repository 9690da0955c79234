package dev.bailey.gateway.dualwrite;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * The right of this process to send writes, which no other process has at the same time. Thread-safe, never blocks. What it must
 * promise, and why the outcome of a write counts only while the same lease holds, is decided in ADR 9.
 */
public interface WriteLease {

    /** That of a process which has its store to itself. */
    WriteLease FOR_EVER = new WriteLease() {
        @Override
        public OptionalLong valid(Duration atLeast) {
            return OptionalLong.of(0);
        }

        @Override
        public boolean unbroken(long term) {
            return true;
        }
    };

    /** The term of the lease, when it lasts at least that much longer. */
    OptionalLong valid(Duration atLeast);

    /** Whether the lease of that term has held without a lapse until now. */
    boolean unbroken(long term);

    /**
     * Whether no record that this process has not followed is built upon while it may still write: then a write that replicates
     * nothing needs no lease.
     */
    default boolean isWaitedFor() {
        return false;
    }
}
