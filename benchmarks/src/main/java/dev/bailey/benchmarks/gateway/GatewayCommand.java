package dev.bailey.benchmarks.gateway;

import dev.bailey.benchmarks.load.LoadGenerator;
import dev.bailey.benchmarks.load.LoadPlan;
import dev.bailey.benchmarks.load.LoadResult;
import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.CoreTime;
import dev.bailey.benchmarks.machine.CpuTime;
import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.peer.BaileyServer;
import dev.bailey.benchmarks.peer.BaileyServer.Stage;
import dev.bailey.benchmarks.peer.Origin;
import dev.bailey.benchmarks.peer.Peers;
import dev.bailey.benchmarks.peer.Proxy;
import dev.bailey.benchmarks.report.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures all proxies in alternating rounds. Ends with 1 when Bailey misses what it must keep. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Bailey beside nginx, HAProxy, Spring Cloud Gateway and a bare relay.")
public final class GatewayCommand implements Callable<Integer> {

    /** Share of the proxy's core used by others from which on a round is marked as disturbed. */
    private static final double DISTURBED = 0.03;

    @Option(names = "--rounds", defaultValue = "7", description = "alternating rounds (default: ${DEFAULT-VALUE})")
    private int rounds = 7;

    @Option(names = "--seconds", defaultValue = "8", description = "of each measurement (default: ${DEFAULT-VALUE})")
    private double seconds = 8;

    @Option(names = "--warm", defaultValue = "30", description = "seconds of load before (default: ${DEFAULT-VALUE})")
    private double warm = 30;

    @Option(names = "--quick", description = "3 rounds of 3 s after 10 s of load, for a first look")
    private boolean quick;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "bailey,nginx,haproxy,relay,scg",
            description = "the proxies (default: ${DEFAULT-VALUE})")
    private List<String> only = List.of();

    @Option(
            names = "--scenarios",
            split = ",",
            paramLabel = "N",
            description = "numbers of scenarios, 1 to 6 as the report lists them (default: all)")
    private List<Integer> scenarios = List.of();

    @Option(names = "--checkout", paramLabel = "DIR", description = "the Bailey to measure (default: this one)")
    private @Nullable Path checkout;

    @Option(names = "--against", paramLabel = "DIR", description = "a second Bailey, measured beside the first")
    private @Nullable Path against;

    @Option(names = "--no-report", description = "print only, write no report")
    private boolean noReport;

    @Override
    public Integer call() throws InterruptedException {
        if (quick) {
            rounds = 3;
            seconds = 3;
            warm = 10;
        }
        Workspace workspace = Workspace.open();
        LoadGenerator generator = new LoadGenerator(workspace);
        List<Proxy> proxies = new ArrayList<>();
        try (Origin origin = Origin.start(workspace)) {
            start(workspace, origin, proxies);
            proxies.stream().filter(Proxy::warms).forEach(proxy -> warm(generator, proxy));
            Results results = inTurns(workspace, generator, proxies);
            Report report = new Report("gateway", settings());
            report.line(GatewayReport.ABOUT);
            new GatewayReport(results, proxies.stream().map(Proxy::name).toList(), report).tables(chosen());
            if (!noReport) {
                report.write(workspace);
            }
            return report.exitCode();
        } finally {
            proxies.forEach(Proxy::close);
        }
    }

    private List<Scenario> chosen() {
        return scenarios.isEmpty()
                ? Scenario.ALL
                : scenarios.stream().map(number -> Scenario.ALL.get(number - 1)).toList();
    }

    private String settings() {
        return String.format(
                Locale.ROOT,
                "gateway --rounds %d --seconds %.0f --warm %.0f --only %s",
                rounds,
                seconds,
                warm,
                String.join(",", only));
    }

    private void start(Workspace workspace, Origin origin, List<Proxy> proxies) throws InterruptedException {
        BaileyServer bailey = new BaileyServer(workspace, origin);
        Peers peers = new Peers(workspace, origin);
        for (String name : only) {
            System.err.println("starting " + name);
            proxies.add(
                    switch (name) {
                        case "bailey" ->
                            bailey.start(
                                    "bailey", checkout == null ? workspace.home() : checkout, "0%", Stage.HALF_WAY);
                        case "nginx" -> peers.nginx();
                        case "haproxy" -> peers.haproxy();
                        case "relay" -> peers.relay();
                        case "scg" -> peers.springCloudGateway();
                        default ->
                            throw new IllegalArgumentException(
                                    "--only " + name + " (expected bailey, nginx, haproxy, relay or scg)");
                    });
        }
        if (against != null) {
            System.err.println("starting bailey of " + against);
            proxies.add(bailey.start("bailey-2", against, "0%", Stage.HALF_WAY));
        }
    }

    private void warm(LoadGenerator generator, Proxy proxy) {
        System.err.printf(Locale.ROOT, "warming %s for %.0f s%n", proxy.name(), warm);
        generator.run(proxy.port(), LoadPlan.saturating(64, warm / 2));
        generator.run(proxy.port(), new LoadPlan(256, warm / 4, 0, true, List.of()));
        LoadResult last = generator.run(proxy.port(), LoadPlan.atRate(5_000, 64, warm / 4));
        if (proxy.name().startsWith("bailey") && Math.abs(last.get("modern") / last.ok() - 0.5) > 0.15) {
            throw new BenchFailure(String.format(
                    Locale.ROOT,
                    "modern answered %.0f of %d requests (expected about half, as the ramp is at 50%%)",
                    last.get("modern"),
                    last.ok()));
        }
    }

    private Results inTurns(Workspace workspace, LoadGenerator generator, List<Proxy> proxies)
            throws InterruptedException {
        try {
            for (Proxy proxy : proxies) {
                proxy.process().pause();
            }
            return measure(workspace, generator, proxies);
        } finally {
            for (Proxy proxy : proxies) {
                proxy.process().goOn();
            }
        }
    }

    /**
     * Every round has another proxy first, so that none always follows the same one. The first round of all counts for none: what a
     * pause of the load brings about (connections that were idle for too long) is met there for the first time.
     */
    private Results measure(Workspace workspace, LoadGenerator generator, List<Proxy> proxies)
            throws InterruptedException {
        Results results = new Results();
        for (Scenario scenario : chosen()) {
            for (int round = 0; round <= rounds; round++) {
                boolean counts = round > 0;
                StringBuilder line =
                        new StringBuilder(scenario.name() + ", " + (counts ? "round " + round : "not counted") + ":");
                for (int turn = 0; turn < proxies.size(); turn++) {
                    Proxy proxy = proxies.get((round + turn) % proxies.size());
                    Measurement measured = alone(workspace, generator, proxy, scenario);
                    if (counts) {
                        results.add(scenario, proxy.name(), measured);
                    }
                    line.append(String.format(
                            Locale.ROOT,
                            " %s %.1f%s",
                            proxy.name(),
                            measured.cpuMicros(),
                            measured.others() > DISTURBED ? "(!)" : ""));
                }
                System.err.println(line.append(" µs"));
            }
        }
        return results;
    }

    /** The others stay stopped: what they do in the background would be charged to this one's tail. */
    private Measurement alone(Workspace workspace, LoadGenerator generator, Proxy proxy, Scenario scenario)
            throws InterruptedException {
        proxy.process().goOn();
        try {
            return measure(workspace, generator, proxy, scenario);
        } finally {
            proxy.process().pause();
        }
    }

    private Measurement measure(Workspace workspace, LoadGenerator generator, Proxy proxy, Scenario scenario)
            throws InterruptedException {
        CompletableFuture<LoadResult> running = CompletableFuture.supplyAsync(
                () -> generator.run(proxy.port(), scenario.plan(seconds)), Thread::startVirtualThread);
        Thread.sleep(scenario.lead());
        CpuTime before = proxy.process().cpu();
        CoreTime core = CoreTime.of(workspace.proxyCore());
        LoadResult load = running.join();
        proxy.process().mustBeAlive();
        CpuTime used = proxy.process().cpu().since(before);
        return new Measurement(used, CoreTime.of(workspace.proxyCore()).othersShareSince(core, used), load);
    }
}
