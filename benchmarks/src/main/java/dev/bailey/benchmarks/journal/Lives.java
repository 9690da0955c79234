package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.journal.Writers.Seen;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/** Whole lives of records: intent, outcome, delivered, compacted, all going on at once and for long. */
final class Lives {

    private static final int WRITERS = 64;
    private static final double BOUND = 0.35;
    private static final double HEAP_BOUND_MIB = 64;
    private static final int SECONDS_A_MINUTE = 60;
    private static final Duration KEPT = Duration.ofSeconds(10);

    /** Between two compactions, as the gateway pauses: a tenth of the time that records are kept. */
    private static final Duration PAUSE = KEPT.dividedBy(10);

    /** Deliveries that are not noted yet. */
    private static final int UNDER_WAY = 1_024;

    private final Workspace workspace;
    private final Report report;
    private final int rounds;
    private final int seconds;
    private final int minutes;

    Lives(Workspace workspace, Report report, int rounds, int seconds, int minutes) {
        this.workspace = workspace;
        this.report = report;
        this.rounds = rounds;
        this.seconds = seconds;
        this.minutes = minutes;
    }

    private double bare(Function<Path, Subject> way) throws InterruptedException {
        List<Double> rates = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            try (Folders folders = Folders.in(workspace, "bare");
                    Subject subject = way.apply(folders.folder())) {
                rates.add(Writers.run(WRITERS, seconds, new AtomicLong(), subject::append)
                        .perSecond());
            }
        }
        return Series.of(rates).median();
    }

    void measure() throws InterruptedException {
        report.line("## Whole lives");
        report.line("");
        report.line(
                "%d writers, each waiting for its intent and its outcome; deliveries noted behind them, records older than %d s compacted every second.",
                WRITERS, KEPT.toSeconds());
        report.line("");
        bare(BareLoop::new); // warms up
        bare(BareFile::new);
        double before = bare(BareLoop::new);
        double fileBefore = bare(BareFile::new);
        List<Minute> each = new ArrayList<>();
        List<Double> heap = new ArrayList<>();
        AtomicLong compacted = new AtomicLong();
        double fileMib;
        try (Folders folders = Folders.in(workspace, "lives")) {
            try (UsedJournal used = new UsedJournal(folders.folder(), SqliteJournalSettings.defaults())) {
                AtomicLong numbers = new AtomicLong();
                Semaphore underWay = new Semaphore(UNDER_WAY);
                AtomicBoolean ended = new AtomicBoolean();
                Thread compactor = Thread.ofPlatform().start(() -> {
                    while (!ended.get()) {
                        compacted.addAndGet(used.journal().compact(Instant.now().minus(KEPT)));
                        LockSupport.parkNanos(PAUSE.toNanos());
                    }
                });
                for (int minute = 0; minute < minutes; minute++) {
                    each.add(Minute.of(Writers.run(WRITERS, SECONDS_A_MINUTE, numbers, number -> {
                        underWay.acquireUninterruptibly();
                        used.live(number).whenComplete((changed, failed) -> {
                            underWay.release();
                            if (failed == null) {
                                UsedJournal.mustBeDone(changed);
                            }
                        });
                    })));
                    heap.add(heapMib());
                }
                ended.set(true);
                compactor.join();
                fileMib = filesMib(folders.folder());
            }
        }
        double after = bare(BareLoop::new);
        double fileAfter = bare(BareFile::new);
        report.line("| minute | lives a second | p50 µs | p99 µs | p99.9 µs | heap MiB after collection |");
        report.line("|---|---|---|---|---|---|");
        for (int minute = 0; minute < minutes; minute++) {
            Minute seen = each.get(minute);
            report.line(
                    "| %d | %,.0f | %,.0f | %,.0f | %,.0f | %.1f |",
                    minute + 1, seen.perSecond, seen.p50, seen.p99, seen.p999, heap.get(minute));
        }
        report.line("");
        double bare = (before + after) / 2;
        double lives = each.stream().mapToDouble(Minute::perSecond).average().orElse(0);
        report.line("- bare SQLite loop %,.0f appends a second before, %,.0f after", before, after);
        report.line(
                "- bare file %,.0f appends a second before, %,.0f after; lives are %.2f × of this floor",
                fileBefore, fileAfter, 2 * lives / (fileBefore + fileAfter));
        report.line("- %,d records compacted meanwhile; the files have %,.0f MiB", compacted.get(), fileMib);
        report.bound(
                lives >= BOUND * bare,
                "%,.0f whole lives a second for %d minutes, %.2f × the bare SQLite loop's appends (expected ≥ %.2f)",
                lives,
                minutes,
                lives / bare,
                BOUND);
        double growth = heap.getLast() - heap.getFirst();
        report.bound(
                growth <= HEAP_BOUND_MIB,
                "heap %+.1f MiB from the first minute to the last (expected ≤ %.0f)",
                growth,
                HEAP_BOUND_MIB);
    }

    /** Figures alone: what each writer saw would count as heap. */
    private record Minute(double perSecond, double p50, double p99, double p999) {
        static Minute of(Seen seen) {
            return new Minute(seen.perSecond(), seen.micros(0.5), seen.micros(0.99), seen.micros(0.999));
        }
    }

    private static double filesMib(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum() / 1048576.0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double heapMib() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0;
    }
}
