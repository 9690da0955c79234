package dev.bailey.benchmarks.reconcile;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.datasync.job.JobKind;
import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Jobs;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.Lately;
import dev.bailey.datasync.reconcile.RecentWrites;
import dev.bailey.datasync.reconcile.Reconcile;
import dev.bailey.datasync.reconcile.ReconcileRequest;
import dev.bailey.datasync.reconcile.ReconcileResult;
import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.refresh.Standstill;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.sql.SqlEntityStore;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/** Whole reconciles as the gateway runs them, as jobs; only their progress is kept in memory. */
final class Passes implements AutoCloseable {

    private static final SliceName SLICE = new SliceName("orders");
    private static final Duration LOOK = Duration.ofMillis(5);

    private final StorePair stores;
    private final Jobs jobs;

    Passes(Databases databases) {
        SqlStore legacy = new SqlStore(
                databases.counted("legacy"), "", "", Databases.LEGACY_READ, Map.of(), Optional.<WriteTable>empty());
        SqlStore modern = new SqlStore(
                databases.counted("modern"), "", "", Databases.MODERN_READ, Map.of(), Optional.<WriteTable>empty());
        DataSpec data = new DataSpec("id", Optional.empty(), legacy, modern);
        stores = new StorePair(
                SLICE,
                SqlEntityStore.open(SLICE, Side.LEGACY, data, legacy),
                SqlEntityStore.open(SLICE, Side.MODERN, data, modern));
        jobs = Jobs.open(
                memory(),
                InstantSource.system(),
                System::nanoTime,
                () -> UUID.randomUUID().toString(),
                Pause.SLEEP,
                job -> new Reconcile(
                        stores,
                        key -> Side.LEGACY,
                        new Refresh(stores, Exclusion.NONE),
                        new Quiet(SLICE, Pending.NONE, System::nanoTime, Pause.SLEEP),
                        new Standstill(),
                        new Lately(SLICE, RecentWrites.NONE),
                        InstantSource.system(),
                        System::nanoTime,
                        Pause.SLEEP),
                slice -> "");
    }

    private static Progress memory() {
        Map<String, String> saved = new ConcurrentHashMap<>();
        return new Progress() {
            @Override
            public List<String> ids() {
                return List.copyOf(saved.keySet());
            }

            @Override
            public Optional<String> load(String jobId) {
                return Optional.ofNullable(saved.get(jobId));
            }

            @Override
            public void save(String jobId, String json) {
                saved.put(jobId, json);
            }
        };
    }

    /**
     * One pass.
     *
     * @param seconds from its start to its end
     * @param bytes that went over the connections, both ways
     */
    record Pass(double seconds, long bytes, ReconcileResult result) {}

    Pass run() throws InterruptedException {
        long bytes = CountingSockets.bytes();
        long start = System.nanoTime();
        Started started =
                jobs.start(JobKind.RECONCILE, SLICE, new ReconcileRequest(false, false, Optional.empty(), 0).asMap());
        if (!(started instanceof Started.Running running)) {
            throw new BenchFailure("the reconcile did not start: " + started);
        }
        JobRecord job = record(running.jobId());
        while (job.state() == JobState.RUNNING) {
            Thread.sleep(LOOK);
            job = record(running.jobId());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (job.state() != JobState.DONE) {
            throw new BenchFailure("the reconcile ended as " + job.state() + ": " + job.message());
        }
        ReconcileResult result =
                JsonMapper.builder().build().treeToValue(job.result().orElseThrow(), ReconcileResult.class);
        return new Pass(seconds, CountingSockets.bytes() - bytes, result);
    }

    private JobRecord record(String id) {
        return jobs.list().stream()
                .filter(job -> job.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        jobs.close();
        stores.legacy().close();
        stores.modern().close();
    }
}
