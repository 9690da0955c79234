package dev.bailey.benchmarks.writes;

import dev.bailey.benchmarks.report.Report;
import dev.bailey.benchmarks.report.Series;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What was seen in all rounds. Not thread-safe. */
final class Figures {

    private final List<Load> loads;
    private final Map<Place, List<Seen>> seen = new HashMap<>();
    private final List<Double> flushes = new ArrayList<>();

    private record Place(Load load, Way way) {}

    Figures(List<Load> loads) {
        this.loads = List.copyOf(loads);
    }

    void add(Load load, Way way, Seen once) {
        seen.computeIfAbsent(new Place(load, way), _ -> new ArrayList<>()).add(once);
    }

    /** A bare flush's median, in microseconds, just before a load. */
    void addFlush(double micros) {
        flushes.add(micros);
    }

    private List<Seen> of(Load load, Way way) {
        return seen.getOrDefault(new Place(load, way), List.of());
    }

    private Series series(Load load, Way way, ToDoubleFunction<Seen> figure) {
        return Series.of(of(load, way).stream().mapToDouble(figure).boxed().toList());
    }

    /** A way's figure over that of legacy alone, round by round. */
    Series ratio(Load load, Way way, ToDoubleFunction<Seen> figure) {
        List<Seen> some = of(load, way);
        List<Seen> plain = of(load, Way.LEGACY_ALONE);
        return Series.of(IntStream.range(0, some.size())
                .mapToObj(i -> figure.applyAsDouble(some.get(i)) / figure.applyAsDouble(plain.get(i)))
                .toList());
    }

    void tell(Report report) {
        report.line(
                "A bare write and flush of 1 KB on the same disk, before each load: %s µs.",
                Series.of(flushes).show(0));
        report.line("");
        report.line("## Writes");
        report.line("");
        report.line(
                "| load | way | answered a second | at their sides a second | p50 µs | p99 µs | CPU µs a write | equal after ms |");
        report.line("|---|---|---|---|---|---|---|---|");
        for (Load load : loads) {
            for (Way way : Way.values()) {
                report.line(
                        "| %s | %s | %s | %s | %s | %s | %s | %s |",
                        load.words(),
                        way.words,
                        series(load, way, Seen::perSecond).show(0),
                        series(load, way, Seen::settledPerSecond).show(0),
                        series(load, way, Seen::p50).show(0),
                        series(load, way, Seen::p99).show(0),
                        series(load, way, Seen::cpuEach).show(0),
                        series(load, way, Seen::drainedMs).show(0));
            }
        }
        report.line("");
        report.line("CPU time is the gateway's, until everything is at both sides.");
        report.line("");
        report.line("## Beside legacy alone, round by round");
        report.line("");
        report.line("| load | way | answered a second × | p50 × | p99 × | CPU time × |");
        report.line("|---|---|---|---|---|---|");
        for (Load load : loads) {
            for (Way way : List.of(Way.REPLAY, Way.REFRESH)) {
                report.line(
                        "| %s | %s | %s | %s | %s | %s |",
                        load.words(),
                        way.words,
                        ratio(load, way, Seen::perSecond).show(2),
                        ratio(load, way, Seen::p50).show(2),
                        ratio(load, way, Seen::p99).show(2),
                        ratio(load, way, Seen::cpuEach).show(2));
            }
        }
        report.line("");
        report.line("## Account");
        report.line("");
        report.line(
                "| way | acknowledged | lost | not the same at both sides | doubled | refused or failed | due and never sent |");
        report.line("|---|---|---|---|---|---|---|");
        Account all = Account.NONE;
        for (Way way : Way.values()) {
            List<Seen> these =
                    loads.stream().flatMap(load -> of(load, way).stream()).toList();
            Account account = these.stream().map(Seen::account).reduce(Account.NONE, Account::plus);
            report.line(
                    "| %s | %,d | %,d | %,d | %,d | %,d | %,d |",
                    way.words,
                    account.acknowledged(),
                    account.lost(),
                    account.apart(),
                    account.doubled(),
                    these.stream().mapToLong(Seen::refused).sum(),
                    these.stream().mapToLong(one -> one.load().late()).sum());
            all = all.plus(account);
        }
        report.line("");
        report.bound(
                all.isClean(),
                "of %,d acknowledged writes %,d are lost, %,d not where they belong, %,d came twice to a side (expected 0)",
                all.acknowledged(),
                all.lost(),
                all.apart(),
                all.doubled());
    }
}
