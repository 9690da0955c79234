package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.journal.Writers.Seen;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/** Durable appends of one writer and of many. */
final class Appends {

    private static final int MANY = 64;
    private static final double ONE_BOUND = 1.6;
    private static final double MANY_BOUND = 0.8;
    private static final double P99_BOUND = 12;
    private static final double P999_BOUND = 3;

    private final Workspace workspace;
    private final Report report;
    private final int rounds;
    private final int seconds;

    Appends(Workspace workspace, Report report, int rounds, int seconds) {
        this.workspace = workspace;
        this.report = report;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** What is measured, in the order of a round. */
    enum Way {
        FLUSH_1("bare flush, 1 writer", 1) {
            @Override
            Subject open(Path folder) {
                return new BareFlush(folder);
            }
        },
        BARE_1("bare SQLite loop, 1 writer", 1) {
            @Override
            Subject open(Path folder) {
                return new BareLoop(folder);
            }
        },
        FILE_1("bare file, 1 writer", 1) {
            @Override
            Subject open(Path folder) {
                return new BareFile(folder);
            }
        },
        JOURNAL_1("journal, 1 writer", 1) {
            @Override
            Subject open(Path folder) {
                return journal(folder);
            }
        },
        BARE_MANY("bare SQLite loop, 64 writers", MANY) {
            @Override
            Subject open(Path folder) {
                return new BareLoop(folder);
            }
        },
        FILE_MANY("bare file, 64 writers", MANY) {
            @Override
            Subject open(Path folder) {
                return new BareFile(folder);
            }
        },
        JOURNAL_MANY("journal, 64 writers", MANY) {
            @Override
            Subject open(Path folder) {
                return journal(folder);
            }
        };

        final String words;
        final int writers;

        Way(String words, int writers) {
            this.words = words;
            this.writers = writers;
        }

        abstract Subject open(Path folder);
    }

    /** Nothing is carried on here, so that the bound of undelivered records must not be met. */
    static UsedJournal journal(Path folder) {
        return new UsedJournal(folder, SqliteJournalSettings.defaults().withUndeliveredPerSlice(Integer.MAX_VALUE));
    }

    private Seen once(Way way) throws InterruptedException {
        try (Folders folders = Folders.in(workspace, way.name());
                Subject subject = way.open(folders.folder())) {
            ThreadFactory threads = (way == Way.FLUSH_1 ? Thread.ofPlatform() : Thread.ofVirtual()).factory();
            return Writers.run(threads, way.writers, seconds, new AtomicLong(), subject::append);
        }
    }

    void measure() throws InterruptedException {
        for (Way way : Way.values()) {
            once(way);
        }
        Map<Way, List<Seen>> seen = new EnumMap<>(Way.class);
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < Way.values().length; turn++) {
                Way way = Way.values()[(turn + round) % Way.values().length];
                seen.computeIfAbsent(way, key -> new ArrayList<>()).add(once(way));
            }
        }
        report.line("## Appends");
        report.line("");
        Map<String, List<Seen>> rows = new LinkedHashMap<>();
        seen.forEach((way, each) -> rows.put(way.words, each));
        table(report, rows);
        bound(
                ratio(seen, Way.JOURNAL_1, Way.FLUSH_1, row -> row.micros(0.5)),
                ONE_BOUND,
                "one writer's p50",
                "a bare flush");
        Series many = ratio(seen, Way.JOURNAL_MANY, Way.BARE_MANY, Seen::perSecond);
        report.bound(
                many.median() >= MANY_BOUND,
                "%d writers append %s × as fast as the bare SQLite loop (expected ≥ %.1f)",
                MANY,
                many.show(2),
                MANY_BOUND);
        report.line(
                "- of the floor, the bare file: %d writers append %s × as fast, their p99 is %s × its; one writer's p50 is %s ×",
                MANY,
                ratio(seen, Way.JOURNAL_MANY, Way.FILE_MANY, Seen::perSecond).show(2),
                ratio(seen, Way.JOURNAL_MANY, Way.FILE_MANY, row -> row.micros(0.99))
                        .show(2),
                ratio(seen, Way.JOURNAL_1, Way.FILE_1, row -> row.micros(0.5)).show(2));
        List<Double> p99 = new ArrayList<>();
        List<Double> p999 = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Seen journal = of(seen, Way.JOURNAL_MANY).get(round);
            p99.add(journal.micros(0.99) / of(seen, Way.FLUSH_1).get(round).micros(0.5));
            p999.add(journal.micros(0.999) / journal.micros(0.99));
        }
        bound(Series.of(p99), P99_BOUND, MANY + " writers' p99", "a bare flush");
        bound(Series.of(p999), P999_BOUND, MANY + " writers' p99.9", "that p99");
    }

    static void table(Report report, Map<String, List<Seen>> seen) {
        report.line("| | a second | p50 µs | p99 µs | p99.9 µs |");
        report.line("|---|---|---|---|---|");
        seen.forEach((what, rows) -> report.line(
                "| %s | %s | %s | %s | %s |",
                what,
                series(rows, Seen::perSecond).show(0),
                series(rows, row -> row.micros(0.5)).show(0),
                series(rows, row -> row.micros(0.99)).show(0),
                series(rows, row -> row.micros(0.999)).show(0)));
        report.line("");
    }

    private void bound(Series ratio, double most, String what, String than) {
        report.bound(ratio.median() <= most, "%s is %s × %s (expected ≤ %.1f)", what, ratio.show(2), than, most);
    }

    private static List<Seen> of(Map<Way, List<Seen>> seen, Way way) {
        return seen.getOrDefault(way, List.of());
    }

    private static Series ratio(Map<Way, List<Seen>> seen, Way one, Way other, ToDoubleFunction<Seen> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < of(seen, one).size(); round++) {
            ratios.add(figure.applyAsDouble(of(seen, one).get(round))
                    / figure.applyAsDouble(of(seen, other).get(round)));
        }
        return Series.of(ratios);
    }

    static Series series(List<Seen> rows, ToDoubleFunction<Seen> figure) {
        return Series.of(rows.stream().mapToDouble(figure).boxed().toList());
    }
}
