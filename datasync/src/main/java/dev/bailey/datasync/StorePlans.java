package dev.bailey.datasync;

import dev.bailey.datasync.StorePlan.Estimate;
import dev.bailey.datasync.feed.debezium.CapturePlan;
import dev.bailey.datasync.feed.debezium.MadeName;
import dev.bailey.datasync.replay.LogStore;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.Remarks;
import dev.bailey.datasync.store.RowDigest;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Looks at the stores of a migration that need not run yet: opens them, reads, closes them. Nothing is written. */
public final class StorePlans {

    /** For the samples of one slice. */
    private static final Duration SAMPLING = Duration.ofSeconds(2);

    private static final int PAGE = 500;
    private static final int SAMPLE = 20_000;

    /** What writing and reading back cost beside reading. */
    private static final int WRITING = 3;

    private final MigrationSpec spec;
    private final LongSupplier nanoTime;
    private final Supplier<String> ids;
    private final LeftSlots leftSlots;

    private StorePlans(MigrationSpec spec, LongSupplier nanoTime, Supplier<String> ids) {
        this.spec = spec;
        this.nanoTime = nanoTime;
        this.ids = ids;
        this.leftSlots = new LeftSlots(spec);
    }

    /** One for each slice that has stores, in the order of the file. */
    public static List<StorePlan> of(MigrationSpec spec, LongSupplier nanoTime, Supplier<String> ids)
            throws InterruptedException {
        StorePlans plans = new StorePlans(spec, nanoTime, ids);
        List<StorePlan> all = new ArrayList<>();
        for (SliceSpec slice : spec.slices()) {
            if (slice.data().isPresent()) {
                all.add(plans.of(slice, slice.data().get()));
            }
        }
        return all;
    }

    private StorePlan of(SliceSpec slice, DataSpec data) throws InterruptedException {
        Optional<LogStore> log = Stores.log(slice, data, Optional.empty(), InstantSource.system(), nanoTime);
        try (EntityStore legacy = Stores.open(slice, Side.LEGACY, data, spec.legacy(), ids, () -> {}, log);
                EntityStore modern = Stores.open(slice, Side.MODERN, data, spec.modern(), ids, () -> {}, log)) {
            StorePair stores = new StorePair(slice.name(), legacy, modern, slice.hidesKeys());
            List<StoreProblem> problems = new ArrayList<>(PairCheck.run(stores));
            problems.addAll(captures(slice));
            log.filter(source -> source != legacy).ifPresent(source -> problems.addAll(source.check()));
            Map<Side, Remarks> remarks = new EnumMap<>(Side.class);
            for (Side side : Side.values()) {
                if (problems.stream().noneMatch(problem -> problem.side() == side)) {
                    remarks.put(side, remarks(stores.of(side), side == Side.LEGACY ? log : Optional.empty()));
                }
            }
            leftSlots
                    .warnings(slice, data, problems)
                    .forEach((side, warnings) -> remarks.merge(side, new Remarks(warnings, List.of()), Remarks::and));
            Optional<Estimate> estimate =
                    problems.isEmpty() ? inTime(stores, data.backfill().workers()) : Optional.empty();
            return new StorePlan(slice.name(), problems, remarks, estimate);
        } finally {
            log.ifPresent(LogStore::close);
        }
    }

    /** What keeps changes from being captured from a database's log. */
    private List<StoreProblem> captures(SliceSpec slice) {
        List<StoreProblem> problems = new ArrayList<>();
        for (FeedSpec feed : slice.feeds()) {
            if (feed.source() instanceof Capture capture) {
                String name = "feed " + feed.name();
                try {
                    CapturePlan.missing(name, MadeName.of(spec.migration(), slice.name(), feed, capture), capture)
                            .forEach(what ->
                                    problems.add(new StoreProblem(slice.name(), feed.side(), name + ": " + what)));
                } catch (StoreException e) {
                    problems.add(StoreProblem.of(slice.name(), feed.side(), e.at(name)));
                }
            }
        }
        return problems;
    }

    private static Remarks remarks(EntityStore store, Optional<LogStore> log) {
        Remarks own = store.remarks();
        if (log.isEmpty() || log.get() == store) {
            return own;
        }
        return own.and(new Remarks(log.get().remarks().warnings(), List.of()));
    }

    /** What is not done in time ends when the stores are closed. */
    private Optional<Estimate> inTime(StorePair stores, int workers) throws InterruptedException {
        try (ExecutorService sampler = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Estimate> estimate = sampler.submit(() -> estimate(stores, workers));
            try {
                return Optional.of(estimate.get(2 * SAMPLING.toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException | ExecutionException late) {
                stores.legacy().close();
                stores.modern().close();
                return Optional.empty();
            } finally {
                sampler.shutdownNow();
            }
        }
    }

    /**
     * Of one side.
     *
     * @param read nanoseconds for reading one document; 0 where there is none
     * @param digested for making its digest
     */
    private record Speed(double read, double digested) {}

    private Estimate estimate(StorePair stores, int workers) throws StoreException {
        RowDigest hash = stores.rowDigest();
        Speed legacy = speed(stores.legacy(), hash);
        Speed modern = speed(stores.modern(), hash);
        long rows = stores.legacy().roughly();
        double backfill = rows * legacy.read() * (1 + WRITING) / workers;
        double reconcile = rows * (legacy.digested() + (modern.read() > 0 ? modern.digested() : legacy.digested()));
        return new Estimate(
                rows, stores.modern().roughly(), Duration.ofNanos((long) backfill), Duration.ofNanos((long) reconcile));
    }

    private Speed speed(EntityStore store, RowDigest hash) throws StoreException {
        long begun = nanoTime.getAsLong();
        long end = begun + SAMPLING.toNanos() / 4;
        int rows = 0;
        KeyRange rest = KeyRange.ALL;
        List<Document> page;
        do {
            page = store.scan(rest, PAGE);
            rows += page.size();
            if (!page.isEmpty()) {
                rest = rest.behind(page.getLast().key());
            }
        } while (!EntityStore.isLast(page, PAGE) && rows < SAMPLE && nanoTime.getAsLong() < end);
        if (rows == 0) {
            return new Speed(0, 0);
        }
        long read = nanoTime.getAsLong();
        store.digest(hash, KeyRange.ALL.until(rest.after().orElseThrow()));
        long digested = nanoTime.getAsLong();
        return new Speed((double) (read - begun) / rows, (double) (digested - read) / rows);
    }
}
