package dev.bailey.datasync;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The data of a migration's slices: both stores of each, the refresh between them, and the jobs that run over them.
 * Thread-safe; everything blocks, so never call it on an event loop. Slices without stored state are unknown here.
 */
public final class DataPlane implements AutoCloseable {

    private DataPlane() {}

    /** Opens the stores' pools; connects to nothing yet. Interrupted jobs stay so until {@link #resumeInterrupted}. */
    public static DataPlane open(MigrationSpec spec, DataPorts ports) {
        return new DataPlane();
    }

    /** Makes the follower's copy of these entities equal to the authority's. */
    public Refreshed refresh(SliceName slice, Side authority, List<EntityKey> keys) {
        return new Refreshed.Unavailable("no stores are open");
    }

    /** Holds these entities of both stores against each other, once. */
    public Compared compare(SliceName slice, List<EntityKey> keys) {
        return new Compared.Unavailable("no stores are open");
    }

    /** Starts the backfill from legacy to modern, or goes on with an interrupted one. */
    public Started startBackfill(SliceName slice) {
        return new Started.Refused("no stores are open");
    }

    /** Starts a full reconcile; with {@code repair} divergences are refreshed, with {@code dryRun} only listed. */
    public Started startReconcile(SliceName slice, boolean repair, boolean dryRun) {
        return new Started.Refused("no stores are open");
    }

    /** Reconciles over and over, with a pause between passes, until cancelled. */
    public Started startContinuousReconcile(SliceName slice, boolean repair, Duration interval) {
        return new Started.Refused("no stores are open");
    }

    /** Goes on with every job that the end of the process interrupted; returns their ids. */
    public List<String> resumeInterrupted() {
        return List.of();
    }

    /** Cancels a running job at its next chunk; false when there is none of this id. */
    public boolean cancel(String jobId) {
        return false;
    }

    public boolean pause(String jobId) {
        return false;
    }

    public boolean unpause(String jobId) {
        return false;
    }

    /** Bounds a running job to so many documents a second; 0 for no bound. */
    public boolean limitRate(String jobId, long perSecond) {
        return false;
    }

    /** All jobs, newest first. */
    public List<JobRecord> jobs() {
        return List.of();
    }

    public Optional<JobRecord> job(String jobId) {
        return jobs().stream().filter(job -> job.id().equals(jobId)).findFirst();
    }

    /** What stands in the way of using a slice's stores; nothing is written. */
    public List<StoreProblem> check(SliceName slice) {
        return List.of();
    }

    /** Interrupts the jobs (they can be resumed) and closes the pools. */
    @Override
    public void close() {}
}
