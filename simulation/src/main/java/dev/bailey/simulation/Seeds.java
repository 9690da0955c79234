package dev.bailey.simulation;

import java.io.IOException;
import java.util.Optional;

/** Runs seeds one after another; speaks in plain values, so that it can be asked across class loaders. */
public final class Seeds {

    private Seeds() {}

    /** What the first failing seed among some says, with the seed in front; empty when none fails. */
    public static Optional<String> firstFailure(long first, long count) throws IOException {
        try (Worker worker = new Worker()) {
            for (long seed = first; seed < first + count; seed++) {
                Simulation.Result result = worker.run(seed);
                if (result.violation().isPresent()) {
                    return Optional.of("seed " + seed + ": " + result.violation().get());
                }
            }
        }
        return Optional.empty();
    }
}
