package dev.bailey.control.access;

import dev.bailey.control.command.Role;
import java.time.Instant;
import java.util.Optional;

/**
 * A caller whose token was known.
 *
 * @param actor the name commands are recorded under
 * @param local whether it is the local token of the data folder
 */
public record Principal(String actor, Role role, boolean local, Optional<Instant> expiresAt) {}
