package dev.bailey.control.api;

import java.util.List;

/**
 * What a migration file would change.
 *
 * @param valid whether it can be applied
 * @param problems what is wrong in it
 */
public record PlanView(boolean valid, List<Change> changes, List<Problem> problems, String message) {

    public PlanView {
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
    }

    /**
     * One change.
     *
     * @param what the place in the file, such as {@code slices.orders.gates.lag}
     * @param from the present value; empty when new
     * @param to the new value; empty when removed
     * @param effect what it does, and when
     */
    public record Change(String what, String from, String to, String effect) {}

    public record Problem(int line, int column, String message, String remedy) {}
}
