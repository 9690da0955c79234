package dev.bailey.compare;

/**
 * One place where two answers differ.
 *
 * @param path JSON pointer with indexes, or the name of a header
 * @param served the served value, redacted and shortened for display
 * @param shadow the shadow's value, likewise
 */
public record Difference(Signature signature, String path, Signature.Kind kind, String served, String shadow) {}
