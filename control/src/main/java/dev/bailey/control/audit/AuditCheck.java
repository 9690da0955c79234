package dev.bailey.control.audit;

import java.util.Optional;

/**
 * Result of walking the chain.
 *
 * @param brokenAt the first entry that does not fit, or that is missing
 * @param head hash of the last entry
 */
public record AuditCheck(long entries, Optional<Long> brokenAt, String head, String message) {

    public boolean intact() {
        return brokenAt.isEmpty();
    }
}
