package dev.bailey.app.wiring;

import dev.bailey.control.orchestrate.Data;
import dev.bailey.control.state.Divergences;
import dev.bailey.datasync.Compared;
import dev.bailey.datasync.DataPlane;
import dev.bailey.datasync.job.JobKind;
import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.reconcile.ReconcileRequest;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The data part as the control plane sees it. */
record DataAdapter(DataPlane data) implements Data {

    @Override
    public String startBackfill(SliceName slice) {
        return started(data.startBackfill(slice));
    }

    @Override
    public String startReconcile(SliceName slice, boolean repair, boolean dryRun, long rate) {
        return started(data.startReconcile(slice, repair, dryRun, rate));
    }

    @Override
    public String startSpreadReconcile(SliceName slice, boolean repair, Duration time) {
        return started(data.startSpreadReconcile(slice, repair, time));
    }

    @Override
    public List<Divergences.Found> found(String id) {
        return data.reconciled(id)
                .map(result -> result.found().stream()
                        .map(divergence -> new Divergences.Found(
                                divergence.key(),
                                switch (divergence.kind()) {
                                    case MISSING -> Divergences.Kind.MISSING;
                                    case EXTRA -> Divergences.Kind.EXTRA;
                                    case DIFFERENT -> Divergences.Kind.DIFFERENT;
                                },
                                divergence.paths(),
                                result.fate(divergence.key()).repaired(),
                                result.fate(divergence.key()).at()))
                        .toList())
                .orElse(List.of());
    }

    private static String started(Started answer) {
        return switch (answer) {
            case Started.Running running -> running.jobId();
            case Started.Refused refused -> throw new IllegalStateException(refused.reason());
        };
    }

    @Override
    public Optional<Job> job(String id) {
        return data.job(id).map(DataAdapter::job);
    }

    @Override
    public List<Job> jobs() {
        return data.jobs().stream().map(DataAdapter::job).toList();
    }

    @Override
    public boolean cancel(String id) {
        return data.cancel(id);
    }

    @Override
    public boolean pace(String id, Optional<Long> rate, Optional<Boolean> paused) {
        boolean bound = rate.map(perSecond -> data.limitRate(id, perSecond)).orElse(true);
        boolean held =
                paused.map(wait -> wait ? data.pause(id) : data.unpause(id)).orElse(true);
        return bound && held;
    }

    @Override
    public Optional<String> check(SliceName slice) {
        String problems = data.check(slice).stream()
                .map(problem -> problem.side().label() + ": " + problem.what())
                .collect(Collectors.joining("; "));
        return problems.isEmpty() ? Optional.empty() : Optional.of(problems);
    }

    @Override
    public List<EntityKey> differing(SliceName slice, List<EntityKey> keys) {
        return switch (data.compare(slice, keys)) {
            case Compared.Differing differing -> differing.keys();
            case Compared.Unavailable unavailable -> throw new IllegalStateException(unavailable.reason());
        };
    }

    @Override
    public int refresh(SliceName slice, Side authority, List<EntityKey> keys) {
        return switch (data.refresh(slice, authority, keys)) {
            case Refreshed.Done done -> done.changed();
            case Refreshed.ChangedAgain again -> again.keys().size();
            case Refreshed.Refused refused ->
                throw new IllegalStateException("entity " + data.shown(slice, refused.key()) + ": " + refused.reason());
            case Refreshed.Unavailable unavailable -> throw new IllegalStateException(unavailable.reason());
        };
    }

    private static Job job(JobRecord job) {
        return new Job(
                job.id(),
                job.slice(),
                job.kind() == JobKind.BACKFILL ? Kind.BACKFILL : Kind.RECONCILE,
                state(job),
                job.startedAt(),
                job.finishedAt(),
                job.done(),
                job.total() > 0 ? Optional.of(job.total()) : Optional.empty(),
                job.ratePerSecond(),
                job.secondsLeft().map(Duration::ofSeconds),
                figure(job, "divergences"),
                figure(job, "repaired"),
                job.result().map(result -> result.path("fates").hashCode()).orElse(0),
                ReconcileRequest.of(job.request()).spread(),
                message(job));
    }

    private static String message(JobRecord job) {
        if (job.state() != JobState.RUNNING) {
            return job.message();
        }
        return (job.paused() ? "paused; " : "")
                + job.message()
                + ReconcileRequest.of(job.request())
                        .spread()
                        .map(time ->
                                ", spread over " + time.toString().substring(2).toLowerCase(Locale.ROOT))
                        .orElse("")
                + job.rateLimit()
                        .filter(rate -> rate > 0)
                        .map(rate -> ", at most " + rate + "/s")
                        .orElse("");
    }

    private static boolean isComplete(JobRecord job) {
        return job.result()
                .map(result -> result.path("complete").asBoolean(false))
                .orElse(false);
    }

    private static long figure(JobRecord job, String name) {
        return job.result().map(result -> result.path(name).asLong(0)).orElse(0L);
    }

    private static State state(JobRecord job) {
        return switch (job.state()) {
            // Interrupted jobs go on as soon as routing stands where it stood.
            case RUNNING, INTERRUPTED -> State.RUNNING;
            // One that came to its end and left something out proves nothing.
            case DONE -> isComplete(job) ? State.DONE : State.FAILED;
            case FAILED -> State.FAILED;
            case CANCELLED -> State.CANCELLED;
        };
    }
}
