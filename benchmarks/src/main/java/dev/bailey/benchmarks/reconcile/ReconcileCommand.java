package dev.bailey.benchmarks.reconcile;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.reconcile.Passes.Pass;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A whole reconcile of two PostgreSQL stores beside the plain sum over one of them. */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description =
                "Two stores on PostgreSQL proved equal, beside a plain count and sum of hashes, and beside streaming.")
public final class ReconcileCommand implements Callable<Integer> {

    private static final List<String> SIDES = List.of("legacy orders", "modern purchase");
    private static final double EQUAL = 1.5;
    private static final double DIFFERENT = 1.3;
    private static final double BYTES = 0.01;
    private static final String SERIAL = "set max_parallel_workers_per_gather = 0";
    private static final String PARALLEL = "set max_parallel_workers_per_gather = 2";
    private static final String LOOKUP3 = "hashtextextended(cast(t as text), 0)";
    private static final String MD5 = "cast(cast('x' || substr(md5(cast(t as text)), 1, 16) as bit(64)) as bigint)";

    @Option(names = "--rows", defaultValue = "1000000", description = "of each side (default: ${DEFAULT-VALUE})")
    private long rows = 1_000_000;

    @Option(names = "--rounds", defaultValue = "5", description = "alternating rounds (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(
            names = "--warm",
            defaultValue = "1",
            description = "rounds before these that do not count (default: ${DEFAULT-VALUE})")
    private int warm = 1;

    @Option(
            names = "--short",
            description = "leave out what is only there for comparison: MD5, parallel plans, streaming")
    private boolean isShort;

    @Option(
            names = "--differences",
            defaultValue = "100",
            description = "scattered over the rows (default: ${DEFAULT-VALUE})")
    private int differences = 100;

    @Option(names = "--no-report", description = "print only, write no report")
    private boolean noReport;

    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    @Override
    public Integer call() throws InterruptedException {
        Workspace workspace = Workspace.open();
        Report report = new Report(
                "reconcile-" + rows / 1_000_000 + "m",
                "reconcile --rows %d --rounds %d --differences %d".formatted(rows, rounds, differences));
        try (Databases databases = Databases.start(workspace);
                Passes passes = new Passes(databases)) {
            databases.fill(rows);
            long data = size(databases, "legacy", "orders");
            report.line(
                    "%,d rows a side, 8 columns, %,d bytes as text a side; both sides in one server: %s.",
                    rows, data, databases.version());
            report.line("");
            for (int round = 0; round < warm; round++) {
                round(databases, passes);
            }
            figures.clear();
            for (int round = 0; round < rounds; round++) {
                round(databases, passes);
            }
            tell(report, isShort ? "" : workersOf(databases), data);
        }
        if (!noReport) {
            report.write(workspace);
        }
        return report.exitCode();
    }

    private static long size(Databases databases, String database, String table) {
        return Long.parseLong(databases
                .lines(database, SERIAL, "select sum(octet_length(cast(t as text))) from " + table + " t")
                .getFirst());
    }

    private void round(Databases databases, Passes passes) throws InterruptedException {
        figure("plain lookup3", slower(databases, SERIAL, LOOKUP3));
        Pass equal = passes.run();
        expect(equal, 0);
        figure("equal", equal.seconds());
        figure("equal bytes", (double) equal.bytes());
        figure("plain both", together(databases, SERIAL, LOOKUP3));
        if (!isShort) {
            figure("plain md5", slower(databases, SERIAL, MD5));
            figure("plain parallel", slower(databases, PARALLEL, LOOKUP3));
        }
        Pass next = passes.run();
        expect(next, 0);
        figure("next", next.seconds());
        scatter(databases);
        Pass different = passes.run();
        expect(different, differences);
        figure("different", different.seconds());
        figure("different bytes", (double) different.bytes());
        gather(databases);
        if (!isShort) {
            stream(databases);
        }
    }

    private void stream(Databases databases) {
        long bytes = CountingSockets.bytes();
        long start = System.nanoTime();
        Streaming.Compared compared = Streaming.run(databases);
        figure("streaming", (System.nanoTime() - start) / 1e9);
        figure("streaming bytes", (double) (CountingSockets.bytes() - bytes));
        if (compared.rows() != rows || compared.different() != 0) {
            throw new BenchFailure("streaming found " + compared + " (expected " + rows + " equal rows)");
        }
    }

    private void figure(String name, double value) {
        figures.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
        System.out.printf("  %s: %,.2f%n", name, value);
    }

    private void expect(Pass pass, long expected) {
        if (pass.result().divergences() != expected
                || !pass.result().complete()
                || pass.result().rows() < rows) {
            throw new BenchFailure("a pass found " + pass.result().divergences() + " divergences in "
                    + pass.result().rows() + " rows (expected " + expected + " in " + rows + ")");
        }
    }

    /** Seconds that the slower side takes for the plain sum. */
    private static double slower(Databases databases, String setting, String hash) {
        double slowest = 0;
        for (String side : SIDES) {
            long start = System.nanoTime();
            sum(databases, side, setting, hash);
            slowest = Math.max(slowest, (System.nanoTime() - start) / 1e9);
        }
        return slowest;
    }

    /** Seconds until both sides, asked at the same time, have given the plain sum. */
    private static double together(Databases databases, String setting, String hash) throws InterruptedException {
        long start = System.nanoTime();
        try (ExecutorService sides = Executors.newFixedThreadPool(2)) {
            List<Callable<List<String>>> both = new ArrayList<>();
            for (String side : SIDES) {
                both.add(() -> sum(databases, side, setting, hash));
            }
            for (Future<List<String>> each : sides.invokeAll(both)) {
                each.get();
            }
        } catch (ExecutionException failed) {
            throw new BenchFailure(String.valueOf(failed.getCause()));
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static List<String> sum(Databases databases, String side, String setting, String hash) {
        String[] names = side.split(" ", 2);
        return databases.lines(names[0], setting, "select count(*), sum(" + hash + ") from " + names[1] + " t");
    }

    private static String workersOf(Databases databases) {
        return databases
                .lines(
                        "legacy",
                        PARALLEL,
                        "explain (analyze, timing off, costs off) select count(*), sum(" + LOOKUP3 + ") from orders t")
                .stream()
                .filter(line -> line.contains("Workers Launched"))
                .map(String::strip)
                .findFirst()
                .orElse("no workers launched");
    }

    /** Every third changed, missing or there alone, evenly spread. */
    private void scatter(Databases databases) {
        long step = rows / differences;
        databases.on(
                "modern",
                "update purchase set amount = amount + 0.01 where order_no %% %d = 7 and order_no / %d %% 3 = 0"
                        .formatted(step, step),
                "delete from purchase where order_no %% %d = 7 and order_no / %d %% 3 = 1".formatted(step, step));
        databases.on("legacy", "delete from orders where id %% %d = 7 and id / %d %% 3 = 2".formatted(step, step));
    }

    /** Undoes {@link #scatter}. */
    private void gather(Databases databases) {
        long step = rows / differences;
        databases.on(
                "modern",
                "delete from purchase where order_no %% %d = 7".formatted(step),
                "insert into purchase " + Databases.rows("generate_series(7, %d, %d)".formatted(rows, step)),
                "vacuum (analyze) purchase");
        databases.on(
                "legacy",
                "delete from orders where id %% %d = 7".formatted(step),
                "insert into orders " + Databases.rows("generate_series(7, %d, %d)".formatted(rows, step)),
                "vacuum (analyze) orders");
    }

    private void tell(Report report, String workers, long data) {
        report.line("Seconds, median [least–greatest] of %d alternating rounds after %d that warm:", rounds, warm);
        report.line("");
        report.line("| | s |");
        report.line("|---|---|");
        row(report, "plain `select count(*), sum(" + LOOKUP3 + ")`, slower side, one process", "plain lookup3");
        row(report, "the same of both sides at the same time, one process each", "plain both");
        row(report, "the same of the slower side, as the server plans it (" + workers + ")", "plain parallel");
        row(report, "plain `select count(*), sum(first 64 bits of md5(row))`, slower side, one process", "plain md5");
        row(report, "reconcile, both sides equal", "equal");
        row(report, "the next pass over unchanged data", "next");
        row(report, "reconcile with " + differences + " differences, all found", "different");
        row(report, "streaming both tables in key order (the published way)", "streaming");
        report.line("");
        report.line(
                "Both sides' processes of the server, and Bailey, share these cores; the plain sums had them alone, but for those"
                        + " of both sides.");
        report.line("");
        Series equal = ratio("equal", "plain lookup3");
        report.bound(
                equal.median() <= EQUAL,
                "equal rows: %s × the plain sum with the same hash, one process (expected ≤ %.1f ×); %s × both sides' plain sums at"
                        + " the same time%s",
                equal.show(2),
                EQUAL,
                ratio("equal", "plain both").show(2),
                isShort
                        ? ""
                        : "; " + ratio("equal", "plain parallel").show(2) + " × its parallel plan; "
                                + ratio("equal", "plain md5").show(2) + " × the plain sum of MD5");
        Series different = ratio("different", "equal");
        report.bound(
                different.median() <= DIFFERENT,
                "%d differences: %s × the equal case (expected ≤ %.1f ×)",
                differences,
                different.show(2),
                DIFFERENT);
        double bytes = series("equal bytes").median() / data;
        report.bound(
                bytes <= BYTES,
                "over the network, equal: %,.0f bytes, %.4f %% of one side's data (expected ≤ %.0f %%)",
                series("equal bytes").median(),
                bytes * 100,
                BYTES * 100);
        report.line(
                "- with differences %,.0f bytes, %.4f %%",
                series("different bytes").median(), series("different bytes").median() / data * 100);
        if (!isShort) {
            report.line(
                    "- streaming takes %s × the reconcile, and %,.0f bytes",
                    ratio("streaming", "equal").show(2),
                    series("streaming bytes").median());
        }
    }

    private void row(Report report, String what, String name) {
        if (!figures.containsKey(name)) {
            return;
        }
        report.line("| %s | %s |", what, series(name).show(2));
    }

    private Series series(String name) {
        return Series.of(figures.getOrDefault(name, List.of()));
    }

    private Series ratio(String name, String base) {
        List<Double> ratios = new ArrayList<>();
        List<Double> above = figures.getOrDefault(name, List.of());
        List<Double> below = figures.getOrDefault(base, List.of());
        for (int i = 0; i < above.size(); i++) {
            ratios.add(above.get(i) / below.get(i));
        }
        return Series.of(ratios);
    }
}
