package dev.bailey.examples.orders.load;

import java.util.OptionalLong;
import java.util.Set;

/**
 * What the audit must know besides history and stores.
 *
 * @param authority whose store must hold the acknowledged writes
 * @param gapSinceNanos since when legacy gets no more writes; orders written since are not held against each other
 * @param batchTouched orders the nightly job touched in legacy's database
 * @param batchEndedNanos when it had ended; only writes begun before may have been overwritten by it
 */
public record AuditScope(
        Authority authority, OptionalLong gapSinceNanos, Set<Long> batchTouched, long batchEndedNanos) {

    /** The two stores. */
    public enum Authority {
        LEGACY,
        MODERN
    }

    public AuditScope {
        batchTouched = Set.copyOf(batchTouched);
    }

    /** No gap and no nightly job. */
    public static AuditScope of(Authority authority) {
        return new AuditScope(authority, OptionalLong.empty(), Set.of(), 0);
    }

    public AuditScope withBatch(Set<Long> touched, long endedNanos) {
        return new AuditScope(authority, gapSinceNanos, touched, endedNanos);
    }

    public AuditScope withGapSince(long nanos) {
        return new AuditScope(authority, OptionalLong.of(nanos), batchTouched, batchEndedNanos);
    }
}
