package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Pinning;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The routing decision alone, by JMH. */
@Command(
        name = "decision",
        mixinStandardHelpOptions = true,
        description = "A decision over 50 slices and 1,000 routes: at most 100 ns, and nothing allocated.")
public final class DecisionCommand implements Callable<Integer> {

    private static final double BOUND_NS = 100;

    /** JMH divides all allocation of the process by the calls, so that its own shows as a small share of a byte. */
    private static final double NOTHING = 0.1;

    @Mixin
    private Options options = new Options();

    @Override
    public Integer call() throws InterruptedException {
        Workspace workspace = Workspace.open();
        Path results = workspace.folder().resolve("decision.csv");
        run(workspace, results);
        Map<String, Double> nanos = new LinkedHashMap<>();
        Map<String, Double> bytes = new LinkedHashMap<>();
        read(results, nanos, bytes);
        Report report = new Report("decision", "decision");
        report.line("1,000 routes in 50 slices, all on a ramp at half; 1,024 different requests in turn.");
        report.line("");
        nanos.forEach((request, time) -> {
            double allocated = bytes.getOrDefault(request, 0.0);
            report.bound(
                    time <= BOUND_NS && allocated < NOTHING,
                    "%s: %.1f ns, %.1f bytes allocated (expected ≤ %.0f ns, 0 bytes)",
                    request,
                    time,
                    allocated,
                    BOUND_NS);
        });
        return options.end(workspace, report);
    }

    private static void run(Workspace workspace, Path results) throws InterruptedException {
        try {
            int exit = new ProcessBuilder(Pinning.to(
                            workspace.bothCores(),
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "org.openjdk.jmh.Main",
                                    "RouterBenchmark",
                                    "-prof",
                                    "gc",
                                    "-rf",
                                    "csv",
                                    "-rff",
                                    results.toString())))
                    .directory(workspace.folder().toFile())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0 || !Files.exists(results)) {
                throw new BenchFailure("JMH ended with " + exit + " (its output is above)");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Lines of {@code "benchmark","mode",threads,samples,score,error,"unit",parameter}. */
    private static void read(Path results, Map<String, Double> nanos, Map<String, Double> bytes) {
        try {
            List<String> lines = Files.readAllLines(results);
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.replace("\"", "").split(",", -1);
                if (fields[0].endsWith("·gc.alloc.rate.norm") || fields[0].endsWith(":gc.alloc.rate.norm")) {
                    bytes.put(fields[fields.length - 1], Double.parseDouble(fields[4]));
                } else if (!fields[0].contains("gc.")) {
                    nanos.put(fields[fields.length - 1], Double.parseDouble(fields[4]));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
