package dev.bailey.simulation;

import java.util.ArrayList;
import java.util.List;

/** What happened, line by line, with the simulated time. */
final class Trace {

    private static final long MICRO = 1_000;

    private final List<String> lines = new ArrayList<>();
    private long hash = 1_125_899_906_842_597L;

    void add(long nanos, String line) {
        String whole = nanos / MICRO + " " + line;
        lines.add(whole);
        for (int i = 0; i < whole.length(); i++) {
            hash = 31 * hash + whole.charAt(i);
        }
    }

    /** The same for the same history, and hardly ever for another. */
    long hash() {
        return hash;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
