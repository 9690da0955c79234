package dev.bailey.model.spec;

/** Declared policy for a request without its entity key. */
public enum MissingKey {
    LEGACY,
    MODERN,
    HASH_CLIENT,
    REJECT
}
