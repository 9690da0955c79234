package dev.bailey.benchmarks.move;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.datasync.backfill.Backfill;
import dev.bailey.datasync.backfill.Board;
import dev.bailey.datasync.job.JobControl;
import dev.bailey.datasync.job.JobKind;
import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.pace.Rate;
import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.datasync.refresh.Quiet;
import dev.bailey.datasync.refresh.Refresh;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.sql.SqlEntityStore;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** One backfill from its beginning to its end, its progress forced to the disk as the gateway's is. */
final class Run implements JobControl {

    private static final SliceName SLICE = new SliceName("orders");

    private final Rate rate = new Rate(System::nanoTime, Pause.SLEEP);
    private final JobRecord record = new JobRecord(
            "backfill",
            JobKind.BACKFILL,
            SLICE,
            JobState.RUNNING,
            false,
            0,
            0,
            0,
            Optional.empty(),
            "",
            Instant.EPOCH,
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    private final FileChannel progress;
    private long checkpoints;

    private Run(FileChannel progress) {
        this.progress = progress;
    }

    /** Copies everything; returns how many parts that took. */
    static long of(DataSpec spec, Path progressFile) throws InterruptedException {
        try (FileChannel progress =
                        FileChannel.open(progressFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                SqlEntityStore legacy = SqlEntityStore.open(SLICE, Side.LEGACY, spec, (SqlStore) spec.legacy());
                SqlEntityStore modern = SqlEntityStore.open(SLICE, Side.MODERN, spec, (SqlStore) spec.modern())) {
            StorePair stores = new StorePair(SLICE, legacy, modern);
            Run run = new Run(progress);
            new Backfill(
                            stores,
                            Side.LEGACY,
                            spec.backfill(),
                            new Refresh(stores, Exclusion.NONE),
                            new Quiet(SLICE, Pending.NONE, System::nanoTime, Pause.SLEEP),
                            OptionalLong.empty(),
                            InstantSource.system(),
                            System::nanoTime,
                            Pause.SLEEP,
                            Board.NONE,
                            "")
                    .run(run);
            return run.checkpoints / 2;
        } catch (StoreException e) {
            throw new BenchFailure("the backfill failed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public JobRecord record() {
        return record;
    }

    @Override
    public Optional<JsonNode> position() {
        return Optional.empty();
    }

    @Override
    public Rate rate() {
        return rate;
    }

    @Override
    public Order order() {
        return Order.GO_ON;
    }

    @Override
    public boolean mayGoOn() {
        return true;
    }

    @Override
    public void owes(boolean something) {
        // It is never cancelled.
    }

    @Override
    public void say(String message) {
        // Nobody looks.
    }

    @Override
    public synchronized void checkpoint(Checkpoint checkpoint) {
        checkpoints++;
        try {
            progress.write(ByteBuffer.wrap(checkpoint.position().toString().getBytes(StandardCharsets.UTF_8)), 0);
            progress.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
