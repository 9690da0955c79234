package dev.bailey.gateway.shadow;

import dev.bailey.compare.Comparison;
import dev.bailey.gateway.TrafficInterval.SideInterval;
import dev.bailey.model.phase.Side;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts comparisons of one slice: for ever in metrics, and since the last look for the gates. Thread-safe. */
final class ShadowCounters {

    private final MeterRegistry meters;
    private final String slice;
    private final Map<String, Counter> totals = new HashMap<>();
    private final Map<String, Long> lostEver = new HashMap<>();
    private long comparedEver;
    private Map<String, Long> comparisons = new HashMap<>();
    private Map<String, Long> lost = new HashMap<>();
    private Map<Side, Asked> asked = new EnumMap<>(Side.class);

    ShadowCounters(MeterRegistry meters, String slice) {
        this.meters = meters;
        this.slice = slice;
    }

    synchronized void count(Comparison result) {
        if (result instanceof Comparison.Lost cause) {
            lost.merge(cause.cause().label(), 1L, Long::sum);
            lostEver.merge(cause.cause().label(), 1L, Long::sum);
            total("lost", cause.cause().label());
        } else {
            comparisons.merge(result.label(), 1L, Long::sum);
            comparedEver++;
            total(result.label(), "");
        }
    }

    synchronized void asked(Side side, boolean error, long nanos) {
        Asked figures = asked.computeIfAbsent(side, name -> new Asked());
        figures.reads++;
        if (error) {
            figures.errors++;
        }
        figures.latency.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), Asked.HIGHEST_MICROS));
    }

    synchronized ShadowTotals totals() {
        return new ShadowTotals(comparedEver, lostEver);
    }

    /** What was counted since the last call. */
    synchronized ShadowInterval take() {
        Map<Side, SideInterval> sides = new EnumMap<>(Side.class);
        asked.forEach((side, figures) ->
                sides.put(side, new SideInterval(figures.reads, 0, figures.errors, figures.latency)));
        ShadowInterval interval = new ShadowInterval(sides, comparisons, lost);
        comparisons = new HashMap<>();
        lost = new HashMap<>();
        asked = new EnumMap<>(Side.class);
        return interval;
    }

    private void total(String result, String cause) {
        totals.computeIfAbsent(
                        result + "/" + cause,
                        name -> Counter.builder("bailey.shadow.comparisons")
                                .description("Comparisons of mirrored answers by result")
                                .tag("slice", slice)
                                .tag("result", result)
                                .tag("cause", cause)
                                .register(meters))
                .increment();
    }

    private static final class Asked {
        private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(10);
        private final Histogram latency = new Histogram(HIGHEST_MICROS, 2);
        private long reads;
        private long errors;
    }
}
