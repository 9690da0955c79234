package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.load.LoadGenerator;
import dev.bailey.benchmarks.load.LoadPlan;
import dev.bailey.benchmarks.load.LoadResult;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.BaileyServer;
import dev.bailey.benchmarks.peer.BaileyServer.Stage;
import dev.bailey.benchmarks.peer.Origin;
import dev.bailey.benchmarks.peer.Proxy;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Steady load for a long time: memory must not grow. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description =
                "Steady load, half of the reads at modern, 5 %% mirrored: heap and resident memory must not grow.")
public final class SoakCommand implements Callable<Integer> {

    private static final double HEAP_GROWTH_MIB = 4;
    private static final double RESIDENT_GROWTH_MIB = 16;
    private static final int LEAST_MINUTES = 6;
    private static final int SHOWN_CLASSES = 12;

    @Mixin
    private Options options = new Options();

    @Option(names = "--minutes", defaultValue = "60", description = "at least 6 (default: ${DEFAULT-VALUE})")
    private int minutes = 60;

    @Option(names = "--rate", defaultValue = "5000", description = "requests a second (default: ${DEFAULT-VALUE})")
    private int rate = 5_000;

    /** Memory after a minute of load; heap after a full collection. */
    private record Sample(int minute, Map<String, Long> heap, double residentMib, double p99) {
        double heapMib() {
            return Memory.mib(heap);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (minutes < LEAST_MINUTES) {
            throw new IllegalArgumentException("--minutes " + minutes + " (expected " + LEAST_MINUTES + " or more)");
        }
        Workspace workspace = Workspace.open();
        LoadGenerator generator = new LoadGenerator(workspace);
        Report report = new Report("soak", "soak --minutes " + minutes + " --rate " + rate);
        report.line(
                "%,d requests/s on 64 connections for %d minutes, answers of 200 B and 10 KiB in turn.", rate, minutes);
        report.line("");
        report.line("| minute | heap MiB after collection | resident MiB | p99 µs |");
        report.line("|---|---|---|---|");
        List<Sample> samples = new ArrayList<>();
        long failures = 0;
        try (Origin origin = Origin.start(workspace);
                Proxy bailey = new BaileyServer(workspace, origin)
                        .start("bailey", options.checkout(workspace), "5%", Stage.HALF_WAY)) {
            for (int minute = 1; minute <= minutes; minute++) {
                LoadResult load = generator.run(bailey.port(), new LoadPlan(64, 60, rate, minute % 2 == 0, List.of()));
                failures += load.failures();
                bailey.process().mustBeAlive();
                Sample sample = new Sample(
                        minute, Memory.heap(bailey.process()), Memory.mib(bailey.process()), load.get("p99"));
                samples.add(sample);
                report.line(
                        "| %d | %.2f | %.1f | %,.0f |", minute, sample.heapMib(), sample.residentMib(), sample.p99());
            }
        }
        report.line("");
        growth(report, samples, "heap", Sample::heapMib, HEAP_GROWTH_MIB);
        growth(report, samples, "resident memory", Sample::residentMib, RESIDENT_GROWTH_MIB);
        report.bound(failures == 0, "%,d requests failed (expected 0)", failures);
        grown(report, samples);
        return options.end(workspace, report);
    }

    /** The first third is the way to the steady state; after it the first and the last third of what is left are compared. */
    private static void growth(
            Report report, List<Sample> samples, String what, ToDoubleFunction<Sample> figure, double bound) {
        List<Sample> steady = samples.subList(samples.size() / 3, samples.size());
        int part = Math.max(1, steady.size() / 3);
        double first = median(steady.subList(0, part), figure);
        double last = median(steady.subList(steady.size() - part, steady.size()), figure);
        report.bound(
                last - first <= bound,
                "%s %.2f MiB, later %.2f MiB (expected ≤ %.0f MiB more); slope %+.3f MiB a minute",
                what,
                first,
                last,
                bound,
                slope(steady, figure));
    }

    /** Where to look when the heap grew. */
    private static void grown(Report report, List<Sample> samples) {
        Map<String, Long> before = samples.get(samples.size() / 3).heap();
        Map<String, Long> after = samples.getLast().heap();
        report.line("");
        report.line("Classes that grew most after the first third:");
        report.line("");
        after.keySet().stream()
                .sorted(Comparator.comparingLong(name -> before.getOrDefault(name, 0L) - after.getOrDefault(name, 0L)))
                .limit(SHOWN_CLASSES)
                .forEach(name -> report.line(
                        "- `%s` %+,d KiB to %,d KiB",
                        name,
                        (after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L)) / 1024,
                        after.getOrDefault(name, 0L) / 1024));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return Series.of(samples.stream().mapToDouble(figure).boxed().toList()).median();
    }

    /** Least squares over the minutes. */
    private static double slope(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double meanX = samples.stream().mapToInt(Sample::minute).average().orElse(0);
        double meanY = samples.stream().mapToDouble(figure).average().orElse(0);
        double over = 0;
        double under = 0;
        for (Sample sample : samples) {
            double x = sample.minute() - meanX;
            over += x * (figure.applyAsDouble(sample) - meanY);
            under += x * x;
        }
        return under == 0 ? 0 : over / under;
    }
}
