package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A journal opened with many records that must still be carried, read as the gateway reads them, until it takes an append. */
final class Restarts {

    private static final int SLICES = 10;
    private static final int BODY_BYTES = 700;
    private static final double BOUND_SECONDS = 3;

    private final Workspace workspace;
    private final Report report;
    private final int rounds;
    private final int records;

    Restarts(Workspace workspace, Report report, int rounds, int records) {
        this.workspace = workspace;
        this.report = report;
        this.rounds = rounds;
        this.records = records;
    }

    void measure() {
        report.line("## Restart");
        report.line("");
        try (Folders folders = Folders.in(workspace, "restart")) {
            Preloaded.make(folders.folder(), records, false, SLICES, BODY_BYTES);
            List<Double> seconds = new ArrayList<>();
            AtomicLong read = new AtomicLong();
            for (int round = 0; round < rounds; round++) {
                read.set(0);
                long begin = System.nanoTime();
                try (UsedJournal used = new UsedJournal(folders.folder(), SqliteJournalSettings.defaults())) {
                    used.journal().replayUndelivered(head -> read.incrementAndGet());
                    used.append(round);
                    seconds.add((System.nanoTime() - begin) / 1e9);
                }
            }
            Series series = Series.of(seconds);
            report.bound(
                    series.median() <= BOUND_SECONDS && read.get() >= records,
                    "%,d undelivered records read and the first append durable after %s s (expected ≤ %.0f)",
                    read.get(),
                    series.show(2),
                    BOUND_SECONDS);
        }
    }
}
