package dev.bailey.control.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A command that waits for a second person, or waited.
 *
 * @param command such as {@code advance}
 * @param text the command in words
 * @param why it needs a second person
 * @param epoch the slice's epoch it was asked at; it is refused once that moved on
 * @param result what became of the command once granted
 */
public record ApprovalView(
        String id,
        String command,
        String text,
        String why,
        Optional<String> slice,
        Optional<Long> epoch,
        String asker,
        String reason,
        Instant askedAt,
        Instant expiresAt,
        State state,
        Optional<String> decidedBy,
        Optional<Instant> decidedAt,
        Optional<String> decisionReason,
        Optional<String> result) {

    public enum State {
        WAITING,
        GRANTED,
        REFUSED,
        EXPIRED
    }
}
