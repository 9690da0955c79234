package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.journal.Writers.Seen;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Old records removed while others are appended, against appends alone. */
final class Compaction {

    private static final int WRITERS = 16;
    private static final int SECONDS = 5;
    private static final int FLUSH_SECONDS = 1;
    private static final int ROUNDS_ALONE = 3;
    private static final int BODY_BYTES = 100;
    private static final double STALL_BOUND = 4;

    /** Half a segment: so many may go from one before it is written anew. */
    private static final int LEFT = 256;

    private final Workspace workspace;
    private final Report report;
    private final long records;

    Compaction(Workspace workspace, Report report, long records) {
        this.workspace = workspace;
        this.report = report;
        this.records = records;
    }

    void measure() throws InterruptedException {
        report.line("## Compaction");
        report.line("");
        try (Folders folders = Folders.in(workspace, "compact");
                Folders beside = Folders.in(workspace, "compact-flush");
                BareFlush disk = new BareFlush(beside.folder())) {
            Preloaded.make(folders.folder(), records, true, 1, BODY_BYTES);
            try (UsedJournal used = new UsedJournal(
                    folders.folder(),
                    SqliteJournalSettings.defaults()
                            .withUndeliveredPerSlice(Integer.MAX_VALUE)
                            .withFileBytes(1L << 42))) {
                AtomicLong numbers = new AtomicLong();
                Writers.run(WRITERS, SECONDS, numbers, used::append);
                Rounds alone = new Rounds(disk, used, numbers);
                for (int round = 0; round < ROUNDS_ALONE; round++) {
                    alone.more();
                }
                AtomicBoolean ended = new AtomicBoolean();
                AtomicLong removed = new AtomicLong();
                Instant before = Instant.now().minus(Duration.ofHours(1));
                long begin = System.nanoTime();
                Thread compactor = Thread.ofPlatform().start(() -> {
                    removed.set(used.journal().compact(before));
                    ended.set(true);
                });
                Rounds during = new Rounds(disk, used, numbers);
                while (!ended.get()) {
                    during.more();
                }
                compactor.join();
                double took = (System.nanoTime() - begin) / 1e9;
                tell(alone, during, removed.get(), took);
            }
        }
    }

    /** Appends, and before each round bare flushes, so that a disk that was slow meanwhile shows. */
    private record Rounds(
            BareFlush disk, UsedJournal used, AtomicLong numbers, List<Seen> flushes, List<Seen> appends) {
        Rounds(BareFlush disk, UsedJournal used, AtomicLong numbers) {
            this(disk, used, numbers, new ArrayList<>(), new ArrayList<>());
        }

        void more() throws InterruptedException {
            flushes.add(Writers.run(Thread.ofPlatform().factory(), 1, FLUSH_SECONDS, new AtomicLong(), disk::append));
            appends.add(Writers.run(WRITERS, SECONDS, numbers, used::append));
        }
    }

    private void tell(Rounds alone, Rounds during, long removed, double took) {
        report.line("%,d delivered records removed in %,.0f s while %d writers appended.", removed, took, WRITERS);
        report.line("");
        report.line("| | appends a second | p50 µs | p99 µs | p99.9 µs | longest µs |");
        report.line("|---|---|---|---|---|---|");
        row("bare flush, before each round alone", alone.flushes);
        row("appends alone", alone.appends);
        row("bare flush, before each round during compaction", during.flushes);
        row("appends during compaction", during.appends);
        report.line("");
        report.bound(
                records - removed < LEFT,
                "%,d of %,d removed (expected all but less than %d, which share a segment with younger records and are left until it is"
                        + " worth writing anew)",
                removed,
                records,
                LEFT);
        double stall = p999(during.appends).median() / p999(alone.appends).median();
        report.bound(
                stall <= STALL_BOUND,
                "p99.9 of appends during compaction is %.2f × that of appends alone (expected ≤ %.0f: nothing stalls)",
                stall,
                STALL_BOUND);
        report.line(
                "- p99.9 of appends is %.1f × a bare flush (p50) alone, %.1f × during compaction: a bound kept beside a slow round alone says little",
                p999(alone.appends).median() / p50(alone.flushes).median(),
                p999(during.appends).median() / p50(during.flushes).median());
    }

    private static Series p50(List<Seen> rows) {
        return Appends.series(rows, seen -> seen.micros(0.5));
    }

    private static Series p999(List<Seen> rows) {
        return Appends.series(rows, seen -> seen.micros(0.999));
    }

    private void row(String what, List<Seen> rows) {
        report.line(
                "| %s | %s | %s | %s | %s | %s |",
                what,
                Appends.series(rows, Seen::perSecond).show(0),
                p50(rows).show(0),
                Appends.series(rows, seen -> seen.micros(0.99)).show(0),
                p999(rows).show(0),
                Appends.series(rows, seen -> seen.micros(1)).show(0));
    }
}
