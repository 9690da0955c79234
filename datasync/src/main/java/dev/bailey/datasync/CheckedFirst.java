package dev.bailey.datasync;

import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.job.Work;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.pace.Retry;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Work that begins only when both stores are as they are declared; a store that is away is waited for, a bounded time. */
record CheckedFirst(StorePair stores, Side written, Pause pause, Work work) implements Work {

    private static final int TOLD = 5;

    @Override
    public String run(JobControl control) throws StoreException, InterruptedException {
        List<StoreProblem> problems = new Retry(pause, control::say).of(this::look);
        if (!problems.isEmpty()) {
            throw new StoreException("nothing was written, the stores are not as declared: "
                    + problems.stream()
                            .map(problem -> problem.side().label() + ": " + problem.what())
                            .collect(Collectors.joining("; ")));
        }
        List<String> unwritten = new Retry(pause, control::say).of(this::unwritten);
        String done = work.run(control);
        return unwritten.isEmpty()
                ? done
                : done + "; " + unwritten.size() + " columns are not written and keep their defaults: "
                        + unwritten.stream().limit(TOLD).collect(Collectors.joining(", "))
                        + (unwritten.size() > TOLD ? ", …" : "");
    }

    /** Of the side that is written to: what was added to its tables and does no harm. */
    private List<String> unwritten() throws StoreException {
        return stores.of(written).unwritten();
    }

    private List<StoreProblem> look() throws StoreException {
        List<StoreProblem> problems = PairCheck.run(stores);
        Optional<StoreProblem> away =
                problems.stream().filter(StoreProblem::away).findFirst();
        if (away.isPresent()) {
            throw new StoreException(away.get().toString());
        }
        return problems;
    }
}
