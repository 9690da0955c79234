package dev.bailey.control.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * One entry of the trail.
 *
 * @param of the intent's sequence, of a result
 * @param action such as {@code advance}
 * @param outcome of a result: {@code done}, {@code started}, {@code needs-approval}, {@code refused} or {@code failed}
 * @param detail the command as JSON, without secrets; empty when there is none
 * @param hash SHA-256 of the entry before's hash, a line feed and this entry's canonical JSON
 */
public record AuditEntry(
        long sequence,
        Instant at,
        String actor,
        Kind kind,
        Optional<Long> of,
        String action,
        Optional<String> subject,
        String reason,
        Optional<String> outcome,
        String message,
        String detail,
        String hash) {

    public enum Kind {
        /** Written before a command is done. */
        INTENT,
        /** What became of it. */
        RESULT,
        /** A login that failed. */
        LOGIN,
        /** A move the watch made by itself. */
        SHIFT
    }
}
