package dev.bailey.control.access;

import dev.bailey.control.command.Role;
import java.time.Instant;
import java.util.Optional;

/** A token as it is stored: everything but its secret. */
public record Token(
        String id,
        String name,
        Role role,
        String createdBy,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> revokedAt) {

    boolean isGoodAt(Instant now) {
        return revokedAt.isEmpty()
                && expiresAt.filter(end -> !now.isBefore(end)).isEmpty();
    }

    /** A new token with its secret, which is shown once. */
    public record Made(Token token, String secret) {
        @Override
        public String toString() {
            return "Made[" + token + "]";
        }
    }
}
