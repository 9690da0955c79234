package dev.bailey.simulation;

/**
 * What was broken in the world of a seed. It is shared with classes that have a mistake in them.
 *
 * @param said what the invariant says of it
 */
public record Finding(long seed, String invariant, String said) {}
