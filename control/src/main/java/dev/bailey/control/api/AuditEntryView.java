package dev.bailey.control.api;

import java.time.Instant;
import java.util.Optional;

/**
 * One entry of the audit trail.
 *
 * @param kind {@code intent} (about to be done), {@code result}, {@code login} or {@code shift} (the watch's)
 * @param of sequence of the intent a result belongs to
 * @param action such as {@code advance}
 * @param subject the slice or thing acted on
 * @param outcome {@code done}, {@code started}, {@code needs-approval}, {@code refused} or {@code failed}
 * @param detail the command as JSON, without secrets
 * @param hash of this entry and the one before, hexadecimal SHA-256
 */
public record AuditEntryView(
        long sequence,
        Instant at,
        String actor,
        String kind,
        Optional<Long> of,
        String action,
        Optional<String> subject,
        String reason,
        Optional<String> outcome,
        String message,
        String detail,
        String hash) {}
