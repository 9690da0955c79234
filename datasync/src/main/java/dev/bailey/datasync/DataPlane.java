package dev.bailey.datasync;

import dev.bailey.datasync.backfill.Backfill;
import dev.bailey.datasync.backfill.BackfillResult;
import dev.bailey.datasync.backfill.Board;
import dev.bailey.datasync.backfill.Helping;
import dev.bailey.datasync.job.JobKind;
import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.Jobs;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.job.Work;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.Lately;
import dev.bailey.datasync.reconcile.Reconcile;
import dev.bailey.datasync.reconcile.ReconcileRequest;
import dev.bailey.datasync.reconcile.ReconcileResult;
import dev.bailey.datasync.refresh.LookAlikes;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.datasync.refresh.Standstill;
import dev.bailey.datasync.refresh.Touched;
import dev.bailey.datasync.replay.LogStore;
import dev.bailey.datasync.replay.Replayed;
import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The data of a migration's slices: both stores of each, the refresh between them, and the jobs that run over them.
 * Thread-safe; everything blocks, so never call it on an event loop. A slice without a {@code data:} part is unknown here.
 */
public final class DataPlane implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<SliceName, SliceData> slices;
    private final DataPorts ports;
    private final Pause pause;
    private final Jobs jobs;
    private final Standstill standstill = new Standstill();

    private DataPlane(Map<SliceName, SliceData> slices, DataPorts ports, Pause pause) {
        this.slices = Map.copyOf(slices);
        this.ports = ports;
        this.pause = pause;
        this.jobs = Jobs.open(
                ports.progress(), ports.clock(), ports.nanoTime(), ports.ids(), pause, this::work, this::shape);
    }

    /** Opens the stores' pools; connects to nothing yet. Interrupted jobs stay so until {@link #resumeInterrupted}. */
    public static DataPlane open(MigrationSpec spec, DataPorts ports) {
        return open(spec, ports, Pause.SLEEP);
    }

    static DataPlane open(MigrationSpec spec, DataPorts ports, Pause pause) {
        Map<SliceName, SliceData> slices = new LinkedHashMap<>();
        for (SliceSpec slice : spec.slices()) {
            slice.data().ifPresent(data -> {
                Touched touched = new Touched(ports.nanoTime());
                BeforeWrite before = () -> ports.exclusion().expectMayWrite(slice.name());
                Optional<LogStore> log =
                        Stores.log(slice, data, Optional.of(ports.folder()), ports.clock(), ports.nanoTime());
                StorePair stores = new StorePair(
                        slice.name(),
                        Stores.open(slice, Side.LEGACY, data, spec.legacy(), ports.ids(), before, log),
                        Stores.open(slice, Side.MODERN, data, spec.modern(), ports.ids(), before, log),
                        slice.hidesKeys());
                slices.put(
                        slice.name(),
                        new SliceData(
                                stores,
                                log.map(store -> new SliceData.Log(
                                        store,
                                        stores.legacy() == store,
                                        data.replay().orElseThrow().ratePerSecond())),
                                new Refresh(stores, ports.exclusion(), newest(data)),
                                new Quiet(slice.name(), touched.and(ports.pending()), ports.nanoTime(), pause),
                                touched,
                                new Lately(slice.name(), ports.recent()),
                                data.backfill(),
                                DataShape.of(data),
                                DataShape.placed(data)));
            });
        }
        return new DataPlane(slices, ports, pause);
    }

    private static Optional<String> newest(DataSpec data) {
        return data.conflict() == ConflictPolicy.NEWEST ? data.version() : Optional.empty();
    }

    private Work work(JobRecord job) {
        SliceData slice = known(job.slice()).orElseThrow();
        return switch (job.kind()) {
            case BACKFILL -> new CheckedFirst(slice.stores(), Side.MODERN, pause, backfill(slice));
            case RECONCILE -> {
                Work reconcile = new Reconcile(
                        slice.stores(),
                        key -> ports.authority().of(job.slice(), key),
                        slice.refresh(),
                        slice.quiet(),
                        standstill,
                        slice.lately(),
                        ports.clock(),
                        ports.nanoTime(),
                        pause);
                yield slice.log()
                        .filter(SliceData.Log::isLegacy)
                        .map(log -> replayed(log, Replayed.Use.PROOF, reconcile))
                        .orElse(reconcile);
            }
        };
    }

    /** From a log that is not the truth itself: what was written since then is read at legacy. */
    private Work backfill(SliceData slice) {
        boolean elsewhere = slice.log().filter(log -> !log.isLegacy()).isPresent();
        StorePair from = elsewhere
                ? new StorePair(
                        slice.stores().slice(),
                        slice.log().orElseThrow().store(),
                        slice.stores().modern(),
                        slice.stores().hidesKeys())
                : slice.stores();
        Work backfill = new Backfill(
                from,
                Side.LEGACY,
                slice.backfill(),
                slice.refresh(),
                slice.quiet(),
                elsewhere ? OptionalLong.of(slice.quiet().now()) : OptionalLong.empty(),
                ports.clock(),
                ports.nanoTime(),
                pause,
                isShareable(slice) ? ports.board() : Board.NONE,
                slice.partShape());
        return slice.log()
                .map(log -> replayed(log, Replayed.Use.COPY, backfill))
                .orElse(backfill);
    }

    private static boolean isShareable(SliceData slice) {
        return slice.log().isEmpty() && Helping.Slice.isShareable(slice.stores());
    }

    /**
     * Copies parts of backfills that run at another node, until it is closed, which must be before this is.
     *
     * @param mayHelp whether a part may be taken now; not while backfills run here
     */
    public Helping help(BooleanSupplier mayHelp) {
        return help(mayHelp, Helping.WITHIN);
    }

    Helping help(BooleanSupplier mayHelp, Duration within) {
        Map<SliceName, Helping.Slice> shared = new LinkedHashMap<>();
        slices.forEach((name, slice) -> {
            if (isShareable(slice)) {
                shared.put(
                        name,
                        new Helping.Slice(
                                slice.stores(),
                                slice.partShape(),
                                slice.backfill().workers()));
            }
        });
        return Helping.start(ports.board(), shared, mayHelp, ports.nanoTime(), within);
    }

    private Work replayed(SliceData.Log log, Replayed.Use use, Work work) {
        return new Replayed(log.store(), use, log.ratePerSecond(), pause, work);
    }

    private String shape(SliceName slice) {
        return known(slice).map(SliceData::shape).orElse("");
    }

    private Optional<SliceData> known(SliceName slice) {
        return Optional.ofNullable(slices.get(slice));
    }

    private static String unknown(SliceName slice) {
        return "slice " + slice + " has no `data:` part; declare how its stores are read";
    }

    /** Makes the follower's copy of these entities equal to the authority's. */
    public Refreshed refresh(SliceName slice, Side authority, List<EntityKey> keys) {
        Optional<SliceData> data = known(slice);
        if (data.isEmpty()) {
            return new Refreshed.Unavailable(unknown(slice));
        }
        data.get().touched().now(keys);
        return new LookAlikes(
                        data.get().stores(),
                        data.get().refresh(),
                        key -> ports.authority().of(slice, key))
                .refresh(authority, keys);
    }

    /** What the keys of a slice with stores are. */
    public KeyKind keyKind(SliceName slice) throws StoreException {
        Optional<SliceData> data = known(slice);
        return data.isPresent() ? data.get().stores().keyKind() : KeyKind.TEXT;
    }

    /** Keeps feeds and repairs still while write authority changes hands. */
    public Standstill standstill() {
        return standstill;
    }

    /** Holds these entities of both stores against each other, once. */
    public Compared compare(SliceName slice, List<EntityKey> keys) {
        Optional<SliceData> data = known(slice);
        if (data.isEmpty()) {
            return new Compared.Unavailable(unknown(slice));
        }
        try {
            return new Compared.Differing(data.get().refresh().differing(keys));
        } catch (StoreException e) {
            return new Compared.Unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Starts the backfill from legacy to modern, or goes on with one that was interrupted or failed. */
    public Started startBackfill(SliceName slice) {
        return start(JobKind.BACKFILL, slice, Map.of());
    }

    /** A slice's key as it is shown to people. */
    public String shown(SliceName slice, EntityKey key) {
        return known(slice).map(data -> data.stores().shown(key)).orElseGet(() -> HiddenKey.of(key));
    }

    /** Starts a full reconcile; with {@code repair} divergences are refreshed, with {@code dryRun} only listed. */
    public Started startReconcile(SliceName slice, boolean repair, boolean dryRun) {
        return startReconcile(slice, repair, dryRun, 0);
    }

    /** The same at no more than {@code rate} entities a second; 0 for as fast as the stores let it. */
    public Started startReconcile(SliceName slice, boolean repair, boolean dryRun, long rate) {
        return start(JobKind.RECONCILE, slice, new ReconcileRequest(repair, dryRun, Optional.empty(), rate).asMap());
    }

    /** Starts one that takes a given time, and looks again and again at what was written lately. */
    public Started startSpreadReconcile(SliceName slice, boolean repair, Duration time) {
        return start(JobKind.RECONCILE, slice, new ReconcileRequest(repair, false, Optional.of(time), 0).asMap());
    }

    /** Tells a spread reconcile that these entities were changed past the gateway. */
    public void changed(SliceName slice, List<EntityKey> keys) {
        known(slice).ifPresent(data -> data.lately().note(keys));
    }

    private Started start(JobKind kind, SliceName slice, Map<String, String> request) {
        return known(slice).isPresent() ? jobs.start(kind, slice, request) : new Started.Refused(unknown(slice));
    }

    /** Learns of jobs that another process began or ended since this one was opened; before it runs any of its own. */
    public void recallJobs() {
        jobs.recall();
    }

    /** Goes on with every job that the end of the process interrupted; returns their ids. */
    public List<String> resumeInterrupted() {
        return resumeInterrupted(_ -> true);
    }

    /**
     * The same, but for backfills of slices whose writes do not all belong to legacy any more: those end as cancelled.
     *
     * @param legacyOwns whether legacy owns all writes of a slice
     */
    public List<String> resumeInterrupted(Predicate<SliceName> legacyOwns) {
        return jobs.resumeInterrupted(job -> job.kind() == JobKind.BACKFILL && !legacyOwns.test(job.slice())
                ? Optional.of("not gone on with after the end of the process: modern owns writes of the slice, which"
                        + " legacy's older states would be put over")
                : Optional.empty());
    }

    /** Cancels a running job at its next chunk; false when none of this id runs. */
    public boolean cancel(String jobId) {
        return jobs.cancel(jobId);
    }

    public boolean pause(String jobId) {
        return jobs.pause(jobId);
    }

    public boolean unpause(String jobId) {
        return jobs.unpause(jobId);
    }

    /** Bounds a running job to so many documents a second; 0 for no bound. */
    public boolean limitRate(String jobId, long perSecond) {
        return jobs.limitRate(jobId, perSecond);
    }

    /** All jobs, newest first. */
    public List<JobRecord> jobs() {
        return jobs.list();
    }

    public Optional<JobRecord> job(String jobId) {
        return jobs().stream().filter(job -> job.id().equals(jobId)).findFirst();
    }

    /** What the newest backfill of a slice did, so far. */
    public Optional<BackfillResult> lastBackfill(SliceName slice) {
        return newest(slice, JobKind.BACKFILL, BackfillResult.class);
    }

    /** What the newest reconcile of a slice found: its last whole pass, or its first one so far. */
    public Optional<ReconcileResult> lastReconcile(SliceName slice) {
        return newest(slice, JobKind.RECONCILE, ReconcileResult.class);
    }

    /** What a reconcile found: in its last whole pass, or so far in its first; empty for other jobs. */
    public Optional<ReconcileResult> reconciled(String jobId) {
        return job(jobId)
                .filter(job -> job.kind() == JobKind.RECONCILE)
                .flatMap(JobRecord::result)
                .map(result -> JSON.treeToValue(result, ReconcileResult.class));
    }

    private <T> Optional<T> newest(SliceName slice, JobKind kind, Class<T> type) {
        return jobs().stream()
                .filter(job -> job.kind() == kind && job.slice().equals(slice))
                .findFirst()
                .flatMap(JobRecord::result)
                .map(result -> JSON.treeToValue(result, type));
    }

    /** What stands in the way of using a slice's stores; nothing is written. */
    public List<StoreProblem> check(SliceName slice) {
        return known(slice)
                .map(data -> {
                    List<StoreProblem> problems = new ArrayList<>(PairCheck.run(data.stores()));
                    data.log()
                            .filter(log -> !log.isLegacy())
                            .ifPresent(log -> problems.addAll(log.store().check()));
                    return List.copyOf(problems);
                })
                .orElse(List.of());
    }

    /** Interrupts the jobs (they can be gone on with) and closes the pools. */
    @Override
    public void close() {
        jobs.close();
        List<SliceData> all = new ArrayList<>(slices.values());
        all.forEach(data -> {
            data.stores().legacy().close();
            data.stores().modern().close();
            data.log().ifPresent(log -> log.store().close());
        });
    }
}
