package dev.bailey.control.api;

import java.time.Instant;
import java.util.Optional;

/**
 * One sentence of what happens, for people who watch.
 *
 * @param level {@code info}, {@code good} or {@code bad}
 */
public record ToldView(Instant at, Optional<String> slice, String level, String message) {}
