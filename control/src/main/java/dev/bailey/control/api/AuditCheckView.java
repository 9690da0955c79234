package dev.bailey.control.api;

import java.util.Optional;

/**
 * Result of walking the audit trail's hash chain.
 *
 * @param brokenAt sequence of the first entry that does not fit
 * @param head hash of the last entry; keep it elsewhere to prove that none was cut off
 */
public record AuditCheckView(boolean intact, long entries, Optional<Long> brokenAt, String head, String message) {}
