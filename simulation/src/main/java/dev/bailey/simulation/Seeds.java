package dev.bailey.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Runs many seeds. */
public final class Seeds {

    /** In the place of a number of nodes: no node, an embedded journal alone with its disk. */
    static final int JOURNAL = 0;

    private Seeds() {}

    /** What the first failing seed among some says; empty when none fails. */
    public static Optional<Finding> firstFailure(int nodes, long first, long count) throws IOException {
        try (Worker worker = new Worker()) {
            for (long seed = first; seed < first + count; seed++) {
                Simulation.Result result = worker.run(nodes, seed);
                if (result.violation().isPresent()) {
                    return Optional.of(new Finding(
                            seed, result.invariant(), result.violation().get()));
                }
            }
        }
        return Optional.empty();
    }

    /** Runs seeds on several threads, each seed on one; {@code each} is told of every end, by one at a time. */
    static Counts run(int nodes, long first, long count, int threads, Consumer<Simulation.Result> each)
            throws InterruptedException {
        AtomicLong next = new AtomicLong(first);
        Counts total = new Counts();
        Callable<Boolean> work = () -> {
            try (Worker worker = new Worker()) {
                for (long seed = next.getAndIncrement(); seed < first + count; seed = next.getAndIncrement()) {
                    Simulation.Result result = worker.run(nodes, seed);
                    synchronized (total) {
                        total.add(result.counts());
                        each.accept(result);
                    }
                }
            }
            return true;
        };
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Boolean>> ends = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                ends.add(pool.submit(work));
            }
            for (Future<Boolean> end : ends) {
                end.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io
                    ? new UncheckedIOException(io)
                    : new IllegalStateException(e.getCause());
        }
        return total;
    }
}
