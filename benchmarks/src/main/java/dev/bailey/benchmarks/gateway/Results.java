package dev.bailey.benchmarks.gateway;

import dev.bailey.benchmarks.report.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All measurements of a run by scenario and proxy, one a round, in the order they were made. Not thread-safe. */
final class Results {

    private final Map<Scenario, Map<String, List<Measurement>>> all = new LinkedHashMap<>();

    void add(Scenario scenario, String proxy, Measurement measurement) {
        all.computeIfAbsent(scenario, missing -> new LinkedHashMap<>())
                .computeIfAbsent(proxy, missing -> new ArrayList<>())
                .add(measurement);
    }

    List<Measurement> of(Scenario scenario, String proxy) {
        return all.getOrDefault(scenario, Map.of()).getOrDefault(proxy, List.of());
    }

    Series series(Scenario scenario, String proxy, ToDoubleFunction<Measurement> figure) {
        return Series.of(
                of(scenario, proxy).stream().mapToDouble(figure).boxed().toList());
    }

    /** The figure of one proxy as a multiple of another's, round by round: what the machine did to both cancels out. */
    Series ratio(Scenario scenario, String proxy, String peer, ToDoubleFunction<Measurement> figure) {
        List<Measurement> mine = of(scenario, proxy);
        List<Measurement> theirs = of(scenario, peer);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(mine.size(), theirs.size()); round++) {
            ratios.add(figure.applyAsDouble(mine.get(round)) / figure.applyAsDouble(theirs.get(round)));
        }
        return Series.of(ratios);
    }
}
