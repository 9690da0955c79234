package dev.bailey.benchmarks.gateway;

import dev.bailey.benchmarks.machine.Facts;
import dev.bailey.benchmarks.machine.Today;
import dev.bailey.benchmarks.machine.Workspace;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The tables of a run, what Bailey must keep, and what it aims at. */
final class GatewayReport {

    private static final double MUST = 1.00;
    private static final double AIM = 0.85;
    private static final double AIM_OF_RELAY = 1.20;
    private static final String BAILEY = "bailey";

    private final Results results;
    private final List<Scenario> scenarios;
    private final List<String> proxies;

    GatewayReport(Results results, List<Scenario> scenarios, List<String> proxies) {
        this.results = results;
        this.scenarios = scenarios;
        this.proxies = proxies;
    }

    void print(PrintStream out) {
        out.println(text());
    }

    /** Writes it below {@code benchmarks/reports}, and returns where. */
    Path write(Workspace workspace, String settings) {
        Path file = workspace.benchmarks().resolve("reports/gateway-" + Today.date() + ".md");
        StringBuilder text = new StringBuilder("# Gateway, " + Today.date() + "\n\n");
        text.append("""
                Each proxy alone on one core with one thread; load generator and origin on another core; the order of the proxies
                turns from round to round. Figures are the median [least–greatest] over the rounds. CPU time is user + system time of
                the proxy's processes as the operating system counts it. Ratios are taken round by round. Latencies at a fixed rate
                count from the moment a request was due. Bailey routes over 50 slices with 1,000 routes, half of the entities of each
                on either side, with breaker, exposure cap, deadline, ids and metrics on.

                """);
        text.append("- command: `./bailey-bench gateway`: ").append(settings).append('\n');
        for (Map.Entry<String, String> fact : Facts.of(workspace).entrySet()) {
            text.append("- ")
                    .append(fact.getKey())
                    .append(": ")
                    .append(fact.getValue())
                    .append('\n');
        }
        text.append('\n').append(text());
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text.toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < scenarios.size(); number++) {
            append(text, number + 1, scenarios.get(number));
        }
        if (proxies.contains(BAILEY)) {
            List<String> misses = misses();
            text.append(
                    misses.isEmpty()
                            ? "Bailey keeps what it must: CPU time and, at fixed rates, p99 not above nginx's, CPU time not above HAProxy's.\n"
                            : "Bailey misses what it must keep:\n- " + String.join("\n- ", misses) + "\n");
        }
        return text.toString();
    }

    private void append(StringBuilder text, int number, Scenario scenario) {
        text.append("## ").append(number).append(". ").append(scenario.name()).append("\n\n");
        text.append("| proxy | CPU µs/request | user | kernel | requests/s |");
        text.append(scenario.isAtFixedRate() ? " p50 µs | p99 µs | p99.9 µs | late |" : "")
                .append(" failed |\n");
        text.append("|---|---|---|---|---|")
                .append(scenario.isAtFixedRate() ? "---|---|---|---|" : "")
                .append("---|\n");
        for (String proxy : proxies) {
            text.append(row(scenario, proxy));
        }
        text.append("\nCPU of the proxies' core that went to other processes: ")
                .append(number(100 * others(scenario), 1))
                .append(" % at most.\n");
        text.append('\n').append(ratios(scenario)).append('\n');
    }

    private String row(Scenario scenario, String proxy) {
        StringBuilder row = new StringBuilder("| " + proxy);
        cell(row, results.series(scenario, proxy, Measurement::cpuMicros).show(1));
        cell(
                row,
                number(results.series(scenario, proxy, Measurement::userMicros).median(), 1));
        cell(
                row,
                number(
                        results.series(scenario, proxy, Measurement::systemMicros)
                                .median(),
                        1));
        cell(
                row,
                number(
                        results.series(scenario, proxy, one -> one.load().get("rate"))
                                .median(),
                        0));
        if (scenario.isAtFixedRate()) {
            for (String quantile : List.of("p50", "p99", "p999")) {
                cell(
                        row,
                        results.series(scenario, proxy, one -> one.load().get(quantile))
                                .show(0));
            }
            cell(row, number(sum(scenario, proxy, one -> one.load().late()), 0));
        }
        cell(
                row,
                number(
                        sum(
                                scenario,
                                proxy,
                                one -> one.load().failures() + one.load().get("shed")),
                        0));
        return row.append(" |\n").toString();
    }

    private double others(Scenario scenario) {
        return proxies.stream()
                .flatMap(proxy -> results.of(scenario, proxy).stream())
                .mapToDouble(Measurement::others)
                .max()
                .orElse(0);
    }

    private double sum(Scenario scenario, String proxy, ToDoubleFunction<Measurement> figure) {
        return results.of(scenario, proxy).stream().mapToDouble(figure).sum();
    }

    private String ratios(Scenario scenario) {
        if (!proxies.contains(BAILEY)) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        for (String peer : proxies) {
            if (!peer.equals(BAILEY)) {
                text.append("- bailey / ").append(peer).append(": CPU ");
                text.append(results.ratio(scenario, BAILEY, peer, Measurement::cpuMicros)
                        .show(2));
                text.append(aim(scenario, peer));
                if (scenario.isAtFixedRate()) {
                    text.append(", p99 ")
                            .append(results.ratio(
                                            scenario,
                                            BAILEY,
                                            peer,
                                            one -> one.load().get("p99"))
                                    .show(2));
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    private String aim(Scenario scenario, String peer) {
        double aim = peer.equals("relay") ? AIM_OF_RELAY : AIM;
        if (!List.of("nginx", "haproxy", "relay").contains(peer)) {
            return "";
        }
        boolean reached =
                results.ratio(scenario, BAILEY, peer, Measurement::cpuMicros).median() <= aim;
        return " (aim ≤ " + number(aim, 2) + (reached ? ": reached)" : ": not yet)");
    }

    /** What Bailey must keep and does not, one sentence each. */
    List<String> misses() {
        List<String> misses = new ArrayList<>();
        if (!proxies.contains(BAILEY)) {
            return misses;
        }
        for (Scenario scenario : scenarios) {
            for (String peer : List.of("nginx", "haproxy")) {
                if (proxies.contains(peer)) {
                    check(misses, scenario, peer, "CPU time", Measurement::cpuMicros);
                }
            }
            if (scenario.isAtFixedRate() && proxies.contains("nginx")) {
                check(misses, scenario, "nginx", "p99", one -> one.load().get("p99"));
            }
            if (sum(scenario, BAILEY, one -> one.load().failures() + one.load().get("shed")) > 0) {
                misses.add(scenario.name() + ": requests failed (expected none)");
            }
        }
        return misses;
    }

    private void check(
            List<String> misses, Scenario scenario, String peer, String what, ToDoubleFunction<Measurement> figure) {
        Series ratio = results.ratio(scenario, BAILEY, peer, figure);
        if (ratio.median() > MUST) {
            misses.add(scenario.name() + ": " + what + " " + ratio.show(2) + " × " + peer + "'s (expected ≤ "
                    + number(MUST, 2) + ")");
        }
    }

    private static void cell(StringBuilder row, String text) {
        row.append(" | ").append(text);
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
