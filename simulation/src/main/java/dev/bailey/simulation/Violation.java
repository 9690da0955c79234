package dev.bailey.simulation;

/** Something happened that must never happen. */
final class Violation extends RuntimeException {

    private final String invariant;

    Violation(String invariant, String message) {
        super(invariant + ": " + message);
        this.invariant = invariant;
    }

    String invariant() {
        return invariant;
    }
}
