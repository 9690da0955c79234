package dev.bailey.benchmarks.fuzz;

/** Something that must hold and does not; the message says what. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }
}
