package dev.bailey.datasync.job;

import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The jobs of a data plane: at most one runs for each slice and kind. Every record is durable before it is visible. A job
 * that the end of the process caught running is {@code INTERRUPTED} when the next one looks, and can be gone on with. Thread-safe.
 */
public final class Jobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** What a job's request says beside what was asked for. */
    private static final String SHAPE = "shape";

    private static final Duration STOP_GRACE = Duration.ofSeconds(2);
    private static final Duration STOP_WAIT = Duration.ofSeconds(15);

    private final Progress progress;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Supplier<String> ids;
    private final Pause pause;
    private final Function<JobRecord, Work> works;
    private final Function<SliceName, String> shapes;
    private final Map<String, JobRecord> ended = new HashMap<>();
    private final Map<String, RunningJob> running = new HashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;

    private Jobs(
            Progress progress,
            InstantSource clock,
            LongSupplier nanoTime,
            Supplier<String> ids,
            Pause pause,
            Function<JobRecord, Work> works,
            Function<SliceName, String> shapes) {
        this.progress = progress;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.ids = ids;
        this.pause = pause;
        this.works = works;
        this.shapes = shapes;
    }

    /**
     * Reads the records kept; runs nothing yet.
     *
     * @param works what a record's job does
     * @param shapes how a slice's stores are read and written now; a job goes on only as it began
     */
    public static Jobs open(
            Progress progress,
            InstantSource clock,
            LongSupplier nanoTime,
            Supplier<String> ids,
            Pause pause,
            Function<JobRecord, Work> works,
            Function<SliceName, String> shapes) {
        Jobs jobs = new Jobs(progress, clock, nanoTime, ids, pause, works, shapes);
        jobs.load();
        return jobs;
    }

    private void load() {
        for (String id : progress.ids()) {
            progress.load(id).flatMap(json -> parse(id, json)).ifPresent(record -> ended.put(id, caught(record)));
        }
    }

    private static Optional<JobRecord> parse(String id, String json) {
        try {
            return Optional.of(JSON.readValue(json, JobRecord.class));
        } catch (JacksonException e) {
            LOG.warn("job {} was kept in a form that cannot be read; it is left out", id, e);
            return Optional.empty();
        }
    }

    private static JobRecord caught(JobRecord record) {
        return record.state() != JobState.RUNNING
                ? record
                : new JobRecord(
                        record.id(),
                        record.kind(),
                        record.slice(),
                        JobState.INTERRUPTED,
                        record.paused(),
                        record.done(),
                        record.total(),
                        record.ratePerSecond(),
                        Optional.empty(),
                        "interrupted by the end of the process; start it again to go on",
                        record.startedAt(),
                        record.finishedAt(),
                        record.request(),
                        record.result(),
                        record.position(),
                        record.rateLimit());
    }

    /**
     * Starts a job, or goes on with the last one of its slice and kind when that was interrupted or failed.
     *
     * @param request what it is to do, kept with it; one that was started with another request, or while the stores were read
     *     or written otherwise, is not gone on with
     */
    public synchronized Started start(JobKind kind, SliceName slice, Map<String, String> request) {
        Map<String, String> shaped = shaped(slice, request);
        return start(
                kind,
                slice,
                () -> last(kind, slice)
                        .filter(job -> job.state() == JobState.INTERRUPTED || job.state() == JobState.FAILED)
                        .filter(job ->
                                job.position().isPresent() && job.request().equals(shaped))
                        .map(job -> again(job, false)),
                shaped);
    }

    private Map<String, String> shaped(SliceName slice, Map<String, String> request) {
        Map<String, String> shaped = new TreeMap<>(request);
        shaped.put(SHAPE, shapes.apply(slice));
        return shaped;
    }

    private Started start(
            JobKind kind, SliceName slice, Supplier<Optional<JobRecord>> earlier, Map<String, String> request) {
        if (closed) {
            return new Started.Refused("the data plane is closed");
        }
        // One that shows its end may be restarted before its thread is gone.
        List.copyOf(running.values()).stream()
                .filter(job -> job.record().state() != JobState.RUNNING)
                .forEach(this::retire);
        for (RunningJob job : running.values()) {
            if (job.record().kind() == kind && job.record().slice().equals(slice)) {
                return new Started.Refused("a " + kind.label() + " of slice " + slice + " runs already: job "
                        + job.record().id() + "; cancel it first, or wait");
            }
        }
        Optional<JobRecord> goesOn = earlier.get();
        JobRecord record = goesOn.orElseGet(() -> fresh(kind, slice, request));
        launch(record);
        return new Started.Running(record.id(), goesOn.isPresent());
    }

    /** Reads the records kept once more, before anything runs: another process may have gone on with them since this one began. */
    public synchronized void recall() {
        if (running.isEmpty()) {
            load();
        }
    }

    /**
     * Goes on with every interrupted job, paused ones paused; returns their ids. Where the stores are read or written otherwise
     * by now, a job is the same, but at its beginning.
     *
     * @param mustEnd why a job must not go on, which then ends as cancelled; empty where it may
     */
    public synchronized List<String> resumeInterrupted(Function<JobRecord, Optional<String>> mustEnd) {
        List<JobRecord> interrupted = ended.values().stream()
                .filter(job -> job.state() == JobState.INTERRUPTED)
                .filter(job -> last(job.kind(), job.slice()).filter(job::equals).isPresent())
                .toList();
        List<String> resumed = new ArrayList<>();
        for (JobRecord job : interrupted) {
            Optional<String> why = mustEnd.apply(job);
            if (why.isPresent()) {
                JobRecord over = cancelled(job, why.get());
                save(over);
                ended.put(over.id(), over);
                LOG.warn("job {} is {}", over.id(), over.message());
                continue;
            }
            Map<String, String> shaped = shaped(job.slice(), job.request());
            JobRecord same = job.request().equals(shaped) ? again(job, job.paused()) : anew(job, shaped);
            if (start(job.kind(), job.slice(), () -> Optional.of(same), shaped)
                    instanceof Started.Running(String id, boolean _)) {
                resumed.add(id);
            }
        }
        return resumed;
    }

    private Optional<JobRecord> last(JobKind kind, SliceName slice) {
        return ended.values().stream()
                .filter(job -> job.kind() == kind && job.slice().equals(slice))
                .max(Comparator.comparing(JobRecord::startedAt));
    }

    private JobRecord fresh(JobKind kind, SliceName slice, Map<String, String> request) {
        return new JobRecord(
                kind.label() + "-" + ids.get(),
                kind,
                slice,
                JobState.RUNNING,
                false,
                0,
                0,
                0,
                Optional.empty(),
                "starting",
                newest(),
                Optional.empty(),
                request,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Later than any job's start there is, though the clock were set back: the newest job is the one that counts. */
    private Instant newest() {
        Instant now = clock.instant();
        return list().stream()
                .map(job -> job.startedAt().plusMillis(1))
                .filter(now::isBefore)
                .max(Comparator.naturalOrder())
                .orElse(now);
    }

    private JobRecord again(JobRecord job, boolean paused) {
        return new JobRecord(
                job.id(),
                job.kind(),
                job.slice(),
                JobState.RUNNING,
                paused,
                job.done(),
                job.total(),
                0,
                Optional.empty(),
                "going on",
                job.startedAt(),
                Optional.empty(),
                job.request(),
                job.result(),
                job.position(),
                job.rateLimit());
    }

    private JobRecord cancelled(JobRecord job, String why) {
        return new JobRecord(
                job.id(),
                job.kind(),
                job.slice(),
                JobState.CANCELLED,
                job.paused(),
                job.done(),
                job.total(),
                0,
                Optional.empty(),
                why,
                job.startedAt(),
                Optional.of(clock.instant()),
                job.request(),
                job.result(),
                job.position(),
                job.rateLimit());
    }

    /** The same job from its beginning; what began before has seen at least as much as it says. */
    private static JobRecord anew(JobRecord job, Map<String, String> request) {
        LOG.warn("job {}: its stores are read or written otherwise than when it began; it begins again", job.id());
        return new JobRecord(
                job.id(),
                job.kind(),
                job.slice(),
                JobState.RUNNING,
                job.paused(),
                0,
                0,
                0,
                Optional.empty(),
                "beginning again",
                job.startedAt(),
                Optional.empty(),
                request,
                Optional.empty(),
                Optional.empty(),
                job.rateLimit());
    }

    private void launch(JobRecord record) {
        save(record);
        RunningJob job = new RunningJob(record, this::save, clock, nanoTime, pause);
        Work work = works.apply(record);
        ended.remove(record.id());
        running.put(record.id(), job);
        // A platform thread: SQLite's driver holds its carrier while it works.
        Thread thread =
                Thread.ofPlatform().daemon().name("bailey-" + record.id()).unstarted(() -> run(job, work));
        threads.removeIf(old -> !old.isAlive());
        threads.add(thread);
        thread.start();
    }

    private void run(RunningJob job, Work work) {
        try {
            job.ended(work.run(job));
        } catch (StoreException e) {
            LOG.warn("job {} failed: {}", job.record().id(), e.getMessage());
            job.failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            job.interrupt();
            job.ended("interrupted");
        } catch (RuntimeException e) {
            LOG.error("job {} failed by a bug", job.record().id(), e);
            job.failed("failed by a bug of Bailey's: " + e);
        } finally {
            retire(job);
        }
    }

    private synchronized void retire(RunningJob job) {
        JobRecord record = job.record();
        if (running.remove(record.id(), job)) {
            ended.put(record.id(), caught(record));
        }
    }

    private void save(JobRecord record) {
        progress.save(record.id(), JSON.writeValueAsString(record));
    }

    public boolean cancel(String id) {
        return with(id, RunningJob::cancel);
    }

    public boolean pause(String id) {
        return with(id, job -> job.paused(true));
    }

    public boolean unpause(String id) {
        return with(id, job -> job.paused(false));
    }

    /** Bounds a running job to so many documents a second; 0 for no bound. */
    public boolean limitRate(String id, long perSecond) {
        return with(id, job -> job.limit(perSecond));
    }

    private boolean with(String id, java.util.function.Consumer<RunningJob> action) {
        Optional<RunningJob> job = find(id);
        job.ifPresent(action);
        return job.isPresent();
    }

    private synchronized Optional<RunningJob> find(String id) {
        return Optional.ofNullable(running.get(id));
    }

    /** All jobs, newest first. */
    public synchronized List<JobRecord> list() {
        List<JobRecord> all = new ArrayList<>(ended.values());
        running.values().forEach(job -> all.add(job.record()));
        all.sort(Comparator.comparing(JobRecord::startedAt).reversed().thenComparing(JobRecord::id));
        return List.copyOf(all);
    }

    /** Interrupts what runs and waits, for a bounded time, until it has saved where it stands. */
    @Override
    public void close() {
        List<Thread> left;
        synchronized (this) {
            closed = true;
            running.values().forEach(RunningJob::interrupt);
            left = List.copyOf(threads);
        }
        try {
            for (Thread thread : left) {
                if (!thread.join(STOP_GRACE)) {
                    // It may be in a long pause; work under way ends at its store's own limits.
                    thread.interrupt();
                }
                if (!thread.join(STOP_WAIT)) {
                    LOG.warn("job thread {} did not stop within {} s", thread.getName(), STOP_WAIT.toSeconds());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
