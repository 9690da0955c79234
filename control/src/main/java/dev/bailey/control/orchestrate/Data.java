package dev.bailey.control.orchestrate;

import dev.bailey.control.handover.Stores;
import dev.bailey.control.state.Divergences;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Long work on the two stores, and the stores themselves. Starting returns at once; the work goes on by itself. */
public interface Data extends Stores {

    /** Starts the slice's backfill, or resumes one that a restart broke off; the job's id. */
    String startBackfill(SliceName slice);

    /**
     * Starts a full reconcile; with {@code repair} what differs is refreshed, with {@code dryRun} only shown; the job's id.
     *
     * @param rate most entities a second; 0 for as fast as the stores let it
     */
    String startReconcile(SliceName slice, boolean repair, boolean dryRun, long rate);

    /** Starts a full reconcile that takes a given time and looks again and again at what was written lately; the job's id. */
    String startSpreadReconcile(SliceName slice, boolean repair, Duration time);

    /** What a reconcile found, the first of them; empty for other jobs. */
    List<Divergences.Found> found(String id);

    Optional<Job> job(String id);

    List<Job> jobs();

    /** Asks a running job to stop; false when there is none. */
    boolean cancel(String id);

    /**
     * Sets a running job's speed; false when there is none.
     *
     * @param rate documents a second at most, 0 for no bound; empty to leave it
     * @param paused empty to leave it
     */
    boolean pace(String id, Optional<Long> rate, Optional<Boolean> paused);

    /** What stands in the way of reading and writing both stores, in words; empty when nothing does. */
    Optional<String> check(SliceName slice);

    /**
     * How long work stands.
     *
     * @param done documents handled
     * @param total documents in all, when known
     * @param ratePerSecond documents a second lately
     * @param left time left, when it can be told
     * @param divergences what a reconcile found, before any repair
     * @param repaired documents a repair changed
     * @param fates another number when something else was found, or something else became of it
     * @param spread the time a reconcile is to take, where it was given one
     */
    record Job(
            String id,
            SliceName slice,
            Kind kind,
            State state,
            Instant started,
            Optional<Instant> ended,
            long done,
            Optional<Long> total,
            double ratePerSecond,
            Optional<Duration> left,
            long divergences,
            long repaired,
            int fates,
            Optional<Duration> spread,
            String message) {}

    enum Kind {
        BACKFILL,
        RECONCILE
    }

    enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }
}
