package dev.bailey.datasync.replay;

import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.job.Work;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import java.util.List;

/** Work that begins when the log has been folded to where it ended. */
public record Replayed(LogStore log, Use use, long ratePerSecond, Pause pause, Work work) implements Work {

    /** What the folded states are for. */
    public enum Use {
        /** They are copied. */
        COPY,
        /** They are held against what was copied. */
        PROOF
    }

    @Override
    public String run(JobControl control) throws StoreException, InterruptedException {
        List<StoreProblem> problems =
                log.check().stream().filter(problem -> !problem.away()).toList();
        if (!problems.isEmpty()) {
            throw new StoreException(problems.getFirst().what());
        }
        boolean free = control.record().rateLimit().isEmpty();
        if (free) {
            control.rate().limit(ratePerSecond);
        }
        String folded = use == Use.COPY ? log.replay(control, pause) : log.prove(control, pause);
        if (free) {
            control.rate().limit(0);
        }
        if (!control.mayGoOn()) {
            return folded;
        }
        String done = work.run(control);
        if (use == Use.COPY) {
            log.copied();
        }
        return done + "; " + folded;
    }
}
