package dev.bailey.control.approval;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.Role;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A command that waits for a second person, or waited.
 *
 * @param why it needs one
 * @param epoch of the slice when it was asked
 * @param result what became of the command once granted
 */
public record Approval(
        String id,
        Command command,
        String why,
        Optional<Long> epoch,
        String asker,
        Set<Role> roles,
        String reason,
        Instant askedAt,
        Instant expiresAt,
        State state,
        Optional<String> decidedBy,
        Optional<Instant> decidedAt,
        Optional<String> decisionReason,
        Optional<String> result) {

    public Approval {
        roles = Set.copyOf(roles);
    }

    public enum State {
        WAITING,
        GRANTED,
        REFUSED,
        EXPIRED
    }
}
