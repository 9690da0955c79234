package dev.bailey.datasync.job;

import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.pace.Rate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/** One job while it runs: its record, its brakes, its speed. Thread-safe. */
final class RunningJob implements JobControl {

    private static final Duration PAUSE_STEP = Duration.ofMillis(100);
    private static final int SPEED_SAMPLES = 20;

    private enum End {
        NONE,
        CANCEL,
        INTERRUPT
    }

    private record Sample(long nano, long done) {}

    private final Consumer<JobRecord> save;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final Pause pause;
    private final Rate rate;
    private final Optional<JsonNode> startPosition;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private JobRecord record;
    private volatile boolean paused;
    private volatile End end = End.NONE;
    private volatile boolean owing;

    RunningJob(JobRecord record, Consumer<JobRecord> save, InstantSource clock, LongSupplier nanoTime, Pause pause) {
        this.record = record;
        this.save = save;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.rate = new Rate(nanoTime, pause);
        this.startPosition = record.position();
        this.paused = record.paused();
        record.rateLimit().ifPresent(rate::limit);
        samples.add(new Sample(nanoTime.getAsLong(), record.done()));
    }

    @Override
    public synchronized JobRecord record() {
        return record;
    }

    @Override
    public Optional<JsonNode> position() {
        return startPosition;
    }

    @Override
    public Rate rate() {
        return rate;
    }

    @Override
    public Order order() {
        if (end != End.NONE) {
            return Order.END;
        }
        return paused ? Order.REST : Order.GO_ON;
    }

    @Override
    public void owes(boolean something) {
        owing = something;
    }

    @Override
    public boolean mayGoOn() throws InterruptedException {
        while (paused && end == End.NONE) {
            pause.of(PAUSE_STEP);
        }
        return end == End.NONE;
    }

    @Override
    public synchronized void checkpoint(Checkpoint at) {
        if (record.state() != JobState.RUNNING) {
            return; // of a worker that outlived its job
        }
        samples.add(new Sample(nanoTime.getAsLong(), at.done()));
        if (samples.size() > SPEED_SAMPLES) {
            samples.removeFirst();
        }
        double speed = speed();
        Optional<Long> left = speed > 0 && at.total() >= at.done()
                ? Optional.of((long) Math.ceil((at.total() - at.done()) / speed))
                : Optional.empty();
        change(new JobRecord(
                record.id(),
                record.kind(),
                record.slice(),
                JobState.RUNNING,
                paused,
                at.done(),
                Math.max(at.total(), at.done()),
                speed,
                left,
                at.message(),
                record.startedAt(),
                Optional.empty(),
                record.request(),
                Optional.of(at.result()),
                Optional.of(at.position()),
                record.rateLimit()));
    }

    private double speed() {
        long nanos = samples.getLast().nano - samples.getFirst().nano;
        long documents = samples.getLast().done - samples.getFirst().done;
        return nanos <= 0 ? 0 : Math.max(0, documents) * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
    }

    void paused(boolean nowPaused) {
        paused = nowPaused;
        whileRunning(record -> change(record.pausedNow(nowPaused)));
    }

    void limit(long perSecond) {
        rate.limit(perSecond);
        whileRunning(record -> change(record.boundTo(perSecond)));
    }

    @Override
    public void say(String message) {
        whileRunning(now -> record = now.saying(message));
    }

    private synchronized void whileRunning(Consumer<JobRecord> action) {
        if (record.state() == JobState.RUNNING) {
            action.accept(record);
        }
    }

    void cancel() {
        end = End.CANCEL;
    }

    /** To be gone on with later; a cancelled job stays so. */
    void interrupt() {
        end = end == End.CANCEL ? End.CANCEL : End.INTERRUPT;
    }

    /** The work returned, or was interrupted. */
    void ended(String message) {
        switch (end) {
            case NONE -> finish(JobState.DONE, message);
            case CANCEL -> {
                if (owing) {
                    finish(
                            JobState.INTERRUPTED,
                            "interrupted before what it began was at an end, so not cancelled yet;"
                                    + " start it again to go on");
                } else {
                    finish(JobState.CANCELLED, "cancelled");
                }
            }
            case INTERRUPT -> finish(JobState.INTERRUPTED, "interrupted; start it again to go on");
        }
    }

    void failed(String reason) {
        if (end == End.NONE || (end == End.CANCEL && owing)) {
            finish(JobState.FAILED, reason + "; mend it and start it again: it goes on where it stood");
        } else {
            ended(reason);
        }
    }

    private synchronized void finish(JobState state, String message) {
        JobRecord r = record;
        Instant now = clock.instant();
        change(new JobRecord(
                r.id(),
                r.kind(),
                r.slice(),
                state,
                state == JobState.INTERRUPTED && r.paused(),
                r.done(),
                r.total(),
                r.ratePerSecond(),
                Optional.empty(),
                message,
                r.startedAt(),
                Optional.of(now),
                r.request(),
                r.result(),
                r.position(),
                r.rateLimit()));
    }

    /** Durable before visible. */
    private void change(JobRecord next) {
        save.accept(next);
        record = next;
    }
}
