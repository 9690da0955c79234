package dev.bailey.control.api;

import dev.bailey.control.command.Role;
import java.time.Instant;
import java.util.Optional;

/**
 * A token, without its secret.
 *
 * @param id stands for it in paths and lists
 * @param name of the person or machine; commands are recorded under it
 */
public record TokenView(
        String id,
        String name,
        Role role,
        String createdBy,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> revokedAt) {

    /**
     * A new token.
     *
     * @param secret shown this once and never again
     */
    public record Created(TokenView token, String secret) {
        @Override
        public String toString() {
            return "Created[" + token + "]";
        }
    }
}
