package dev.bailey.control.orchestrate;

import dev.bailey.control.state.Divergences;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/** Stores and jobs under the test's hand. */
final class FakeData implements Data {

    final Map<String, Job> jobs = Collections.synchronizedMap(new LinkedHashMap<>());
    final Set<EntityKey> unequal = ConcurrentHashMap.newKeySet();
    volatile List<Divergences.Found> found = List.of();
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    volatile boolean refreshHelps = true;
    volatile long repaired;
    /** Reading what a job found fails. */
    volatile boolean findingsFail;
    /** When the next job has begun: before it is started, where it goes on with one that failed. */
    volatile Optional<Instant> begun = Optional.empty();

    volatile Optional<String> problem = Optional.empty();
    private final InstantSource clock;
    private final String prefix;
    private int next;

    FakeData(InstantSource clock, String prefix) {
        this.clock = clock;
        this.prefix = prefix;
    }

    @Override
    public String startBackfill(SliceName slice) {
        return start(slice, Kind.BACKFILL);
    }

    @Override
    public String startReconcile(SliceName slice, boolean repair, boolean dryRun, long rate) {
        return start(slice, Kind.RECONCILE);
    }

    @Override
    public String startSpreadReconcile(SliceName slice, boolean repair, Duration time) {
        String id = start(slice, Kind.RECONCILE);
        jobs.computeIfPresent(id, (_, job) -> job(id, slice, Kind.RECONCILE, job.state(), 0, Optional.of(time)));
        calls.add("spread " + id + " over " + time);
        return id;
    }

    @Override
    public boolean pace(String id, Optional<Long> rate, Optional<Boolean> paused) {
        boolean runs = job(id).filter(job -> job.state() == State.RUNNING).isPresent();
        calls.add("pace " + id + rate.map(perSecond -> " " + perSecond + "/s").orElse("")
                + paused.map(wait -> wait ? " paused" : " on").orElse(""));
        return runs;
    }

    @Override
    public List<Divergences.Found> found(String id) {
        if (findingsFail) {
            throw new IllegalStateException("what was found cannot be read");
        }
        long divergences = job(id).map(Job::divergences).orElse(0L);
        return found.isEmpty()
                ? LongStream.range(0, Math.min(divergences, 1_000))
                        .mapToObj(i -> new Divergences.Found(
                                new EntityKey("differs-" + i),
                                Divergences.Kind.DIFFERENT,
                                List.of("/x"),
                                false,
                                clock.instant()))
                        .toList()
                : found;
    }

    private String start(SliceName slice, Kind kind) {
        String id = prefix + ++next;
        calls.add(kind + " " + id);
        jobs.put(id, job(id, slice, kind, State.RUNNING, 0));
        return id;
    }

    private Job job(String id, SliceName slice, Kind kind, State state, long divergences) {
        return job(id, slice, kind, state, divergences, Optional.empty());
    }

    private Job job(String id, SliceName slice, Kind kind, State state, long divergences, Optional<Duration> spread) {
        return new Job(
                id,
                slice,
                kind,
                state,
                begun.orElseGet(clock::instant),
                Optional.empty(),
                10,
                Optional.of(10L),
                1,
                Optional.empty(),
                divergences,
                repaired,
                found.hashCode(),
                spread,
                "10 of 10");
    }

    /** A reconcile that runs has found so many. */
    void finds(String id, long divergences) {
        jobs.computeIfPresent(id, (_, job) -> job(id, job.slice(), job.kind(), job.state(), divergences, job.spread()));
    }

    /** Ends every running job of a kind. */
    void end(Kind kind, State state, long divergences) {
        jobs.replaceAll((id, job) -> job.kind() == kind && job.state() == State.RUNNING
                ? job(id, job.slice(), kind, state, divergences, job.spread())
                : job);
    }

    @Override
    public Optional<Job> job(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    @Override
    public List<Job> jobs() {
        return List.copyOf(jobs.values());
    }

    @Override
    public boolean cancel(String id) {
        calls.add("cancel " + id);
        jobs.computeIfPresent(
                id, (_, job) -> job(id, job.slice(), job.kind(), State.CANCELLED, job.divergences(), job.spread()));
        return jobs.containsKey(id);
    }

    @Override
    public Optional<String> check(SliceName slice) {
        return problem;
    }

    @Override
    public List<EntityKey> differing(SliceName slice, List<EntityKey> keys) {
        calls.add("differing " + keys.size());
        return keys.stream().filter(unequal::contains).toList();
    }

    @Override
    public int refresh(SliceName slice, Side authority, List<EntityKey> keys) {
        calls.add("refresh from " + authority + " " + keys);
        if (refreshHelps) {
            keys.forEach(unequal::remove);
        }
        return keys.size();
    }
}
