package dev.bailey.benchmarks.fuzz;

import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Mutated requests and answers against the gateway's own reading of HTTP/1.1. */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        description =
                "Mutated bytes against the parser: nothing is smuggled, split, or read in two ways. Exit code 1 when"
                        + " something is.")
public final class FuzzCommand implements Callable<Integer> {

    private static final long PROGRESS_SECONDS = 30;

    @Option(names = "--minutes", defaultValue = "5", description = "(default: ${DEFAULT-VALUE})")
    private double minutes = 5;

    @Option(names = "--seed", defaultValue = "1", description = "same seed, same inputs (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "each with a seed of its own (default: ${DEFAULT-VALUE})")
    private int threads = 1;

    @Option(names = "--through", description = "through a whole gateway, with sockets on both sides")
    private boolean through;

    @Option(names = "--no-report", description = "print only, write no report")
    private boolean noReport;

    @Override
    public Integer call() throws InterruptedException {
        Workspace workspace = Workspace.open();
        long start = System.nanoTime();
        long end = start + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
        List<Run> fuzzers = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Path seeds = workspace.benchmarks().resolve("fuzz/corpus");
            Run fuzzer = through
                    ? new ThroughFuzzer(seed + i, end, seeds, workspace.folder())
                    : new Fuzzer(seed + i, end, seeds, workspace.folder());
            fuzzers.add(fuzzer);
            running.add(Thread.ofPlatform().name("fuzz-" + i).start(fuzzer));
        }
        System.out.printf(
                "fuzzing for %.1f minutes, seed %d; kept inputs and findings: %s%n", minutes, seed, workspace.folder());
        for (Thread thread : running) {
            while (!thread.join(Duration.ofSeconds(PROGRESS_SECONDS))) {
                progress(fuzzers, start);
            }
        }
        progress(fuzzers, start);
        Report report = report(workspace, fuzzers);
        if (!noReport) {
            report.write(workspace);
        }
        return report.exitCode();
    }

    private Report report(Workspace workspace, List<Run> fuzzers) {
        String what = String.format(
                Locale.ROOT,
                "--minutes %.1f --seed %d --threads %d%s",
                minutes,
                seed,
                threads,
                through ? " --through" : "");
        Report report = new Report(through ? "fuzz-through" : "fuzz", "fuzz " + what);
        long inputs = fuzzers.stream().mapToLong(Run::executions).sum();
        int findings = fuzzers.stream().mapToInt(Run::findings).sum();
        report.line("| seeds | minutes | inputs | behaviours | findings |");
        report.line("|---|---|---|---|---|");
        report.line(
                "| %d to %d | %.1f | %,d | %,d | %d |",
                seed,
                seed + threads - 1,
                minutes,
                inputs,
                fuzzers.stream().mapToInt(Run::behaviours).sum(),
                findings);
        report.line("");
        report.bound(findings == 0, "%d findings (expected 0)", findings);
        if (findings > 0) {
            System.out.println("findings: " + workspace.folder());
        }
        return report;
    }

    private static void progress(List<Run> fuzzers, long start) {
        long executions = fuzzers.stream().mapToLong(Run::executions).sum();
        double seconds = (System.nanoTime() - start) / 1e9;
        String found = fuzzers.stream().map(Run::found).collect(Collectors.joining("; "));
        int findings = fuzzers.stream().mapToInt(Run::findings).sum();
        System.out.printf(
                "%6.0f s: %,d inputs (%,.0f/s), %s, %d findings%n",
                seconds, executions, executions / seconds, found, findings);
    }
}
