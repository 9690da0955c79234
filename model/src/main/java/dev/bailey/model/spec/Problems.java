package dev.bailey.model.spec;

import dev.bailey.model.spec.Problem.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects everything wrong with a file while it is read, so that it is told at once. */
final class Problems {

    /** More than this helps nobody; reading goes on, the rest is counted. */
    static final int MOST = 100;

    private final List<Problem> found = new ArrayList<>();
    private int more;

    void error(Located at, String path, String message, String remedy) {
        add(new Problem(at.line(), at.column(), path, message, remedy, Severity.ERROR));
    }

    void error(Located.Entry at, String path, String message, String remedy) {
        add(new Problem(at.line(), at.column(), path, message, remedy, Severity.ERROR));
    }

    void warning(Located at, String path, String message, String remedy) {
        add(new Problem(at.line(), at.column(), path, message, remedy, Severity.WARNING));
    }

    private void add(Problem problem) {
        if (found.contains(problem)) {
            return;
        }
        if (found.size() < MOST || (problem.isError() && !hasErrors())) {
            found.add(problem);
        } else {
            more++;
        }
    }

    boolean hasErrors() {
        return found.stream().anyMatch(Problem::isError);
    }

    List<Problem> inOrder() {
        List<Problem> ordered = new ArrayList<>(found);
        ordered.sort(Problem.BY_PLACE);
        if (more > 0) {
            ordered.add(new Problem(0, 0, "", more + " further problems are not shown", "", Severity.WARNING));
        }
        return List.copyOf(ordered);
    }
}
