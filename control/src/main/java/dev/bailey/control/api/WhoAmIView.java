package dev.bailey.control.api;

import dev.bailey.control.command.Role;
import java.time.Instant;
import java.util.Optional;

/**
 * The caller as the API knows it.
 *
 * @param actor the name commands are recorded under
 * @param local whether it is the local token of the data folder
 */
public record WhoAmIView(String actor, Role role, boolean local, Optional<Instant> expiresAt) {}
