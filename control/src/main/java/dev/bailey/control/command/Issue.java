package dev.bailey.control.command;

import dev.bailey.model.route.Epoch;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who gives a command, when and why.
 *
 * @param actor a person's or token's name; the watch is {@code bailey}
 * @param roles what the actor may do
 * @param expected the epoch the actor saw; empty to take the present one
 * @param approval the granted approval this command is executed under
 */
public record Issue(
        String actor, Set<Role> roles, Instant at, String reason, Optional<Epoch> expected, Optional<String> approval) {

    public Issue {
        roles = Set.copyOf(roles);
    }
}
