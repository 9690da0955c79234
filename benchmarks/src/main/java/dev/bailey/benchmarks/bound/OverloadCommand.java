package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.load.LoadGenerator;
import dev.bailey.benchmarks.load.LoadPlan;
import dev.bailey.benchmarks.load.LoadResult;
import dev.bailey.benchmarks.load.LoadResult.Second;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.BaileyServer;
import dev.bailey.benchmarks.peer.BaileyServer.Stage;
import dev.bailey.benchmarks.peer.Origin;
import dev.bailey.benchmarks.peer.Proxy;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Twice as much load as fits, and the return to normal. */
@Command(
        name = "overload",
        mixinStandardHelpOptions = true,
        description =
                "Twice the load that saturates for 60 s: what is not served is shed with 503 and Retry-After, nothing else fails,"
                        + " and latency is back within 5 s.")
public final class OverloadCommand implements Callable<Integer> {

    private static final double MODERATE = 0.25;
    private static final int BACK_AFTER_SECONDS = 5;
    private static final double NORMAL_SECONDS = 30;
    private static final double BACK = 1.25;
    private static final double ALWAYS_FINE_MICROS = 2_000;
    private static final double GROWTH_MIB = 128;

    /** The slices' deadline, and a second for a client that waits for its turn at the generator. */
    private static final double LONGEST_SECONDS = 6;

    private static final int MODERATE_CONNECTIONS = 64;

    @Mixin
    private Options options = new Options();

    @Option(names = "--seconds", defaultValue = "60", description = "of overload (default: ${DEFAULT-VALUE})")
    private double seconds = 60;

    @Option(names = "--connections", defaultValue = "2000", description = "of the overload (default: ${DEFAULT-VALUE})")
    private int connections = 2_000;

    @Option(names = "--warm", defaultValue = "30", description = "seconds of load before (default: ${DEFAULT-VALUE})")
    private double warm = 30;

    @Option(
            names = "--max-in-flight",
            paramLabel = "N",
            defaultValue = "0",
            description = "requests that may be under way, so that the rest is shed; 0 leaves Bailey's own bound, which"
                    + " fewer connections do not reach (default: ${DEFAULT-VALUE})")
    private int maxInFlight;

    @Override
    public Integer call() throws InterruptedException {
        Workspace workspace = Workspace.open();
        LoadGenerator generator = new LoadGenerator(workspace);
        Report report = new Report(
                "overload",
                "overload --seconds %.0f --connections %d --warm %.0f".formatted(seconds, connections, warm)
                        + (maxInFlight == 0 ? "" : " --max-in-flight " + maxInFlight));
        try (Origin origin = Origin.startBesideProxy(workspace);
                Proxy bailey = new BaileyServer(workspace, origin)
                        .start("bailey", options.checkout(workspace), "0%", Stage.HALF_WAY, bound())) {
            int port = bailey.port();
            generator.run(port, LoadPlan.saturating(MODERATE_CONNECTIONS, warm));
            double saturation = generator
                    .run(port, LoadPlan.saturating(MODERATE_CONNECTIONS, 5))
                    .get("rate");
            int moderate = (int) (MODERATE * saturation);
            report.line(
                    "Bailey and origin share a core, the load has the other one: %,.0f requests/s saturate.",
                    saturation);
            report.line("");
            LoadPlan normal = LoadPlan.atRate(moderate, MODERATE_CONNECTIONS, NORMAL_SECONDS)
                    .with("--each-second", "1");
            LoadResult before = generator.run(port, normal);
            double memory = Memory.mib(bailey.process());
            int flood = (int) (2 * saturation);
            LoadResult during = generator.run(
                    port, LoadPlan.atRate(flood, connections, seconds).with("--drop-late", "1"));
            double memoryAfter = Memory.mib(bailey.process());
            LoadResult after = generator.run(port, normal);
            during(report, flood, during);
            longest(report, during);
            report.bound(
                    memoryAfter - memory <= GROWTH_MIB,
                    "resident memory %.1f MiB before, %.1f MiB after (expected ≤ %.0f MiB more)",
                    memory,
                    memoryAfter,
                    GROWTH_MIB);
            after(report, moderate, before, after);
        }
        return options.end(workspace, report);
    }

    private String bound() {
        return maxInFlight == 0 ? "" : "gateway: { maxInFlight: " + maxInFlight + " }\n";
    }

    private void during(Report report, int flood, LoadResult during) {
        report.line(
                "For %.0f s %,d requests/s were due on %,d connections: %,d answered (%,.0f/s), %,.0f shed with 503 and Retry-After,"
                        + " %,d not sent as their connection still waited; p50 %,.0f µs, p99 %,.0f µs, longest %,.0f µs.",
                seconds,
                flood,
                connections,
                during.ok(),
                during.get("rate"),
                during.get("shed"),
                during.late(),
                during.get("p50"),
                during.get("p99"),
                during.get("max"));
        report.line("");
        if (maxInFlight > 0) {
            report.bound(during.get("shed") > 0, "%,.0f requests were shed (expected some)", during.get("shed"));
        }
        report.bound(
                during.failures() == 0,
                "%,d requests failed in another way (expected 0): 4xx %.0f, 5xx %.0f, broken %.0f, refused %.0f, unanswered %.0f",
                during.failures(),
                during.get("status4xx"),
                during.get("status5xx"),
                during.get("broken"),
                during.get("refused"),
                during.get("unanswered"));
    }

    private static void longest(Report report, LoadResult during) {
        double seconds = during.get("max") / 1e6;
        report.bound(
                seconds <= LONGEST_SECONDS,
                "the longest answer took %.1f s (expected ≤ %.0f s, as the deadline is 5 s)",
                seconds,
                LONGEST_SECONDS);
    }

    private static void after(Report report, int moderate, LoadResult before, LoadResult after) {
        List<Second> seconds = after.seconds();
        double usual =
                Series.of(before.seconds().stream().map(Second::p99).toList()).median();
        double back = Series.of(seconds.stream()
                        .filter(second -> second.number() > BACK_AFTER_SECONDS)
                        .map(Second::p99)
                        .toList())
                .median();
        report.bound(
                back <= Math.max(BACK * usual, ALWAYS_FINE_MICROS),
                "at %,d/s p99 of a second was %,.0f µs before, and %,.0f µs from the sixth second after (expected ≤ %.2f × that before, or %,.0f µs)",
                moderate,
                usual,
                back,
                BACK,
                ALWAYS_FINE_MICROS);
        report.bound(after.failures() == 0, "%,d requests failed after it (expected 0)", after.failures());
        report.line("");
        report.line("| second after | p50 µs | p99 µs | longest µs |");
        report.line("|---|---|---|---|");
        seconds.forEach(second -> report.line(
                "| %d | %,.0f | %,.0f | %,.0f |", second.number(), second.p50(), second.p99(), second.max()));
    }
}
