package dev.bailey.benchmarks.gateway;

import dev.bailey.benchmarks.load.LoadResult;
import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The tables of a run, what Bailey must keep, and what it aims at. */
final class GatewayReport {

    static final String ABOUT = """
            Each proxy alone on one core with one thread, the others stopped meanwhile; load generator and origin on another core;
            the order of the proxies turns from round to round. Figures are the median [least–greatest] over the rounds. CPU time
            is user + system time of the proxy's processes as the operating system counts it; ratios are taken round by round.
            Latencies at a fixed rate count from the moment a request was due; *late* ones were due and could not be sent before the
            end. What is measured there follows two seconds of the same load. Bailey routes over 50 slices with 1,000 routes, half of the entities of each
            on either side, with breaker, exposure cap, bulkhead, a counted version, deadline, ids and metrics on; its peers forward everything to one address.
            """;

    private static final double MUST = 1.00;
    private static final double AIM = 0.85;
    private static final double AIM_OF_RELAY = 1.20;
    private static final String BAILEY = "bailey";
    private static final List<String> BOUND_TO = List.of("nginx", "haproxy");

    private final Results results;
    private final List<String> proxies;
    private final Report report;

    GatewayReport(Results results, List<String> proxies, Report report) {
        this.results = results;
        this.proxies = proxies;
        this.report = report;
    }

    void tables(List<Scenario> scenarios) {
        for (Scenario scenario : scenarios) {
            table(scenario);
        }
    }

    private void table(Scenario scenario) {
        boolean fixed = scenario.isAtFixedRate();
        report.line("");
        report.line("## " + scenario.name());
        report.line("");
        report.line("| proxy | CPU µs/request | user | kernel | requests/s |"
                + (fixed ? " p50 µs | p99 µs | p99.9 µs | late |" : "") + " failed |");
        report.line("|---|---|---|---|---|" + (fixed ? "---|---|---|---|" : "") + "---|");
        for (String proxy : proxies) {
            report.line(row(scenario, proxy));
        }
        report.line("");
        if (proxies.contains(BAILEY)) {
            proxies.stream().filter(peer -> !peer.equals(BAILEY)).forEach(peer -> ratio(scenario, peer));
            report.bound(failed(scenario, BAILEY) == 0, "failed requests %.0f (expected 0)", failed(scenario, BAILEY));
        }
        report.line(
                "- others had at most this share of the proxy's core meanwhile: %s",
                proxies.stream().map(proxy -> others(scenario, proxy)).collect(Collectors.joining(", ")));
    }

    private String row(Scenario scenario, String proxy) {
        StringBuilder row = new StringBuilder("| " + proxy);
        cell(row, results.series(scenario, proxy, Measurement::cpuMicros).show(1));
        cell(row, number(results.series(scenario, proxy, Measurement::userMicros), 1));
        cell(row, number(results.series(scenario, proxy, Measurement::systemMicros), 1));
        cell(row, number(results.series(scenario, proxy, one -> one.load().get("rate")), 0));
        if (scenario.isAtFixedRate()) {
            for (String quantile : List.of("p50", "p99", "p999")) {
                cell(
                        row,
                        results.series(scenario, proxy, one -> one.load().get(quantile))
                                .show(0));
            }
            cell(row, String.format(Locale.ROOT, "%,.0f", sum(scenario, proxy, LoadResult::late)));
        }
        cell(row, String.format(Locale.ROOT, "%,.0f", failed(scenario, proxy)));
        return row.append(" |").toString();
    }

    private void ratio(Scenario scenario, String peer) {
        Series cpu = results.ratio(scenario, BAILEY, peer, Measurement::cpuMicros);
        if (BOUND_TO.contains(peer)) {
            report.bound(
                    cpu.median() <= MUST,
                    "CPU time %s × %s (expected ≤ %.2f; aim ≤ %.2f: %s)",
                    cpu.show(2),
                    peer,
                    MUST,
                    AIM,
                    reached(cpu, AIM));
        } else if (peer.equals("relay")) {
            report.line(
                    "- CPU time %s × relay (aim ≤ %.2f: %s)", cpu.show(2), AIM_OF_RELAY, reached(cpu, AIM_OF_RELAY));
        } else {
            report.line("- CPU time %s × %s", cpu.show(2), peer);
        }
        if (scenario.isAtFixedRate()) {
            Series p99 = results.ratio(scenario, BAILEY, peer, one -> one.load().get("p99"));
            if (peer.equals("nginx")) {
                report.bound(p99.median() <= MUST, "p99 %s × nginx (expected ≤ %.2f)", p99.show(2), MUST);
            } else {
                report.line("- p99 %s × %s", p99.show(2), peer);
            }
        }
    }

    private static String reached(Series ratio, double aim) {
        return ratio.median() <= aim ? "reached" : "not yet";
    }

    private double failed(Scenario scenario, String proxy) {
        return sum(scenario, proxy, load -> load.failures() + load.get("shed"));
    }

    private double sum(Scenario scenario, String proxy, ToDoubleFunction<LoadResult> figure) {
        return results.of(scenario, proxy).stream()
                .map(Measurement::load)
                .mapToDouble(figure)
                .sum();
    }

    /** On a quiet machine close to nothing for all; kernel threads that work for a proxy without being its own would show here. */
    private String others(Scenario scenario, String proxy) {
        double most = results.of(scenario, proxy).stream()
                .mapToDouble(Measurement::others)
                .max()
                .orElse(0);
        return String.format(Locale.ROOT, "%s %.1f %%", proxy, 100 * most);
    }

    private static void cell(StringBuilder row, String text) {
        row.append(" | ").append(text);
    }

    private static String number(Series series, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", series.median());
    }
}
