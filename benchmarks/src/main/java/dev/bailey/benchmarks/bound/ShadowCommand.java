package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.load.LoadGenerator;
import dev.bailey.benchmarks.load.LoadPlan;
import dev.bailey.benchmarks.load.LoadResult;
import dev.bailey.benchmarks.machine.CpuTime;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.BaileyServer;
import dev.bailey.benchmarks.peer.BaileyServer.Stage;
import dev.bailey.benchmarks.peer.Origin;
import dev.bailey.benchmarks.peer.Proxy;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What mirroring costs the requests that users wait for. */
@Command(
        name = "shadow",
        mixinStandardHelpOptions = true,
        description =
                "p99 at a fixed rate with 5 %% of reads mirrored: at most 1.05 of that without, also while modern hangs.")
public final class ShadowCommand implements Callable<Integer> {

    private static final double BOUND = 1.05;

    @Mixin
    private Options options = new Options();

    @Option(names = "--rounds", defaultValue = "9", description = "alternating rounds (default: ${DEFAULT-VALUE})")
    private int rounds = 9;

    @Option(names = "--seconds", defaultValue = "8", description = "of each measurement (default: ${DEFAULT-VALUE})")
    private double seconds = 8;

    @Option(names = "--rate", defaultValue = "5000", description = "requests a second (default: ${DEFAULT-VALUE})")
    private int rate = 5_000;

    @Option(names = "--warm", defaultValue = "30", description = "seconds of load before (default: ${DEFAULT-VALUE})")
    private double warm = 30;

    private record Round(LoadResult load, double cpuMicros) {
        double p99() {
            return load.get("p99");
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Workspace workspace = Workspace.open();
        LoadGenerator generator = new LoadGenerator(workspace);
        Report report = new Report(
                "shadow",
                "shadow --rounds %d --seconds %.0f --rate %d --warm %.0f".formatted(rounds, seconds, rate, warm));
        try (Origin origin = Origin.startApart(workspace)) {
            BaileyServer server = new BaileyServer(workspace, origin);
            try (Proxy off = server.start("off", options.checkout(workspace), "0%", Stage.SHADOW_READ);
                    Proxy some = server.start("5%", options.checkout(workspace), "5%", Stage.SHADOW_READ);
                    Proxy all = server.start("100%", options.checkout(workspace), "100%", Stage.SHADOW_READ)) {
                for (Proxy proxy : List.of(off, some, all)) {
                    System.err.println("warming shadow " + proxy.name());
                    generator.run(proxy.port(), LoadPlan.saturating(64, warm / 2));
                    generator.run(proxy.port(), LoadPlan.atRate(rate, 64, warm / 2));
                }
                compare(report, "modern answers", rounds(generator, List.of(off, some, all)));
                origin.toggleModernHanging();
                compare(report, "modern hangs", rounds(generator, List.of(off, some, all)));
            }
        }
        return options.end(workspace, report);
    }

    private Map<String, List<Round>> rounds(LoadGenerator generator, List<Proxy> proxies) {
        Map<String, List<Round>> all = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < proxies.size(); turn++) {
                Proxy proxy = proxies.get((round + turn) % proxies.size());
                CpuTime before = proxy.process().cpu();
                LoadResult load = generator.run(proxy.port(), LoadPlan.atRate(rate, 64, seconds));
                CpuTime used = proxy.process().cpu().since(before);
                all.computeIfAbsent(proxy.name(), first -> new ArrayList<>())
                        .add(new Round(load, (used.userMicros() + used.systemMicros()) / load.ok()));
            }
        }
        return all;
    }

    private void compare(Report report, String when, Map<String, List<Round>> all) {
        report.line("");
        report.line("## %,d requests/s, %s", rate, when);
        report.line("");
        report.line("| mirrored | p50 µs | p99 µs | p99.9 µs | CPU µs/request | failed |");
        report.line("|---|---|---|---|---|---|");
        all.forEach((name, list) -> report.line(
                "| %s | %s | %s | %s | %s | %d |",
                name,
                series(list, "p50"),
                series(list, "p99"),
                series(list, "p999"),
                Series.of(list.stream().map(Round::cpuMicros).toList()).show(1),
                list.stream().mapToLong(round -> round.load().failures()).sum()));
        report.line("");
        Series some = ratio(all, "5%");
        report.bound(
                some.median() <= BOUND, "p99 with 5 %% mirrored %s × without (expected ≤ %.2f)", some.show(2), BOUND);
        report.line(
                "- p99 with 100 %% mirrored %s × without", ratio(all, "100%").show(2));
    }

    private static String series(List<Round> rounds, String quantile) {
        return Series.of(
                        rounds.stream().map(round -> round.load().get(quantile)).toList())
                .show(0);
    }

    private static Series ratio(Map<String, List<Round>> all, String name) {
        List<Round> off = all.getOrDefault("off", List.of());
        List<Round> on = all.getOrDefault(name, List.of());
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < off.size(); round++) {
            ratios.add(on.get(round).p99() / off.get(round).p99());
        }
        return Series.of(ratios);
    }
}
