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
    private static final int ROUNDS_ALONE = 3;
    private static final int BODY_BYTES = 100;
    private static final double STALL_BOUND = 4;

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
        try (Folders folders = Folders.in(workspace, "compact")) {
            Preloaded.make(folders.folder(), records, true, 1, BODY_BYTES);
            try (UsedJournal used = new UsedJournal(
                    folders.folder(),
                    SqliteJournalSettings.defaults()
                            .withUndeliveredPerSlice(Integer.MAX_VALUE)
                            .withFileBytes(1L << 42))) {
                AtomicLong numbers = new AtomicLong();
                Writers.run(WRITERS, SECONDS, numbers, used::append);
                List<Seen> alone = new ArrayList<>();
                for (int round = 0; round < ROUNDS_ALONE; round++) {
                    alone.add(Writers.run(WRITERS, SECONDS, numbers, used::append));
                }
                AtomicBoolean ended = new AtomicBoolean();
                AtomicLong removed = new AtomicLong();
                Instant before = Instant.now().minus(Duration.ofHours(1));
                long begin = System.nanoTime();
                Thread compactor = Thread.ofPlatform().start(() -> {
                    removed.set(used.journal().compact(before));
                    ended.set(true);
                });
                List<Seen> beside = new ArrayList<>();
                while (!ended.get()) {
                    beside.add(Writers.run(WRITERS, SECONDS, numbers, used::append));
                }
                compactor.join();
                double took = (System.nanoTime() - begin) / 1e9;
                tell(alone, beside, removed.get(), took);
            }
        }
    }

    private void tell(List<Seen> alone, List<Seen> beside, long removed, double took) {
        report.line("%,d delivered records removed in %,.0f s while %d writers appended.", removed, took, WRITERS);
        report.line("");
        report.line("| | appends a second | p50 µs | p99 µs | p99.9 µs | longest µs |");
        report.line("|---|---|---|---|---|---|");
        row("alone", alone);
        row("during compaction", beside);
        report.line("");
        report.bound(removed == records, "%,d of %,d removed", removed, records);
        double stall = p999(beside).median() / p999(alone).median();
        report.bound(
                stall <= STALL_BOUND,
                "p99.9 of appends during compaction is %.2f × that of appends alone (expected ≤ %.0f: nothing stalls)",
                stall,
                STALL_BOUND);
    }

    private static Series p999(List<Seen> rows) {
        return Appends.series(rows, seen -> seen.micros(0.999));
    }

    private void row(String what, List<Seen> rows) {
        report.line(
                "| %s | %s | %s | %s | %s | %s |",
                what,
                Appends.series(rows, Seen::perSecond).show(0),
                Appends.series(rows, seen -> seen.micros(0.5)).show(0),
                Appends.series(rows, seen -> seen.micros(0.99)).show(0),
                p999(rows).show(0),
                Appends.series(rows, seen -> seen.micros(1)).show(0));
    }
}
