package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.BaileyServer;
import dev.bailey.benchmarks.peer.Origin;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Start to first proxied answer. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = "From `bailey run` to the first proxied answer: at most 0.6 s (median).")
public final class StartCommand implements Callable<Integer> {

    private static final double BOUND_SECONDS = 0.6;

    @Mixin
    private Options options = new Options();

    @Option(names = "--runs", defaultValue = "9", description = "(default: ${DEFAULT-VALUE})")
    private int runs = 9;

    @Override
    public Integer call() throws InterruptedException {
        Workspace workspace = Workspace.open();
        Report report = new Report("start", "start --runs " + runs);
        List<Double> seconds = new ArrayList<>();
        List<Double> restarts = new ArrayList<>();
        try (Origin origin = Origin.start(workspace)) {
            BaileyServer server = new BaileyServer(workspace, origin);
            server.timeToFirstAnswer("first", options.checkout(workspace)); // fills caches of files, and the AOT cache
            for (int run = 0; run < runs; run++) {
                String name = "start-" + run;
                seconds.add(seconds(server.timeToFirstAnswer(name, options.checkout(workspace))));
                restarts.add(seconds(server.timeToFirstAnswer(name, options.checkout(workspace))));
            }
        }
        report.line(
                "Both cores; a file of 50 slices with 1,000 routes; seconds from starting the launcher, median [least–greatest].");
        report.line("");
        Series empty = Series.of(seconds);
        Series again = Series.of(restarts);
        report.bound(
                empty.median() <= BOUND_SECONDS,
                "with an empty data folder %s s (expected ≤ %.1f s)",
                empty.show(2),
                BOUND_SECONDS);
        report.bound(
                again.median() <= BOUND_SECONDS,
                "with the data folder of an earlier run %s s (expected ≤ %.1f s)",
                again.show(2),
                BOUND_SECONDS);
        return options.end(workspace, report);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
