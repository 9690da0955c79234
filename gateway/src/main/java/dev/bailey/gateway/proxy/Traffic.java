package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.SideLimits;
import dev.bailey.gateway.upstream.UpstreamMeters;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/**
 * Counts what was served. Each event loop writes a stripe of its own, so counting costs no shared cache line; who takes an
 * interval or scrapes the metrics adds the stripes up. Thread-safe but for the stripes, which belong to their loops.
 */
public final class Traffic {

    /** Where requests that no slice claims are counted. */
    public static final SliceName UNMATCHED = new SliceName("(unmatched)");

    private static final int READS = 0;
    private static final int WRITES = 1;
    private static final int ERRORS = 2;
    private static final int PER_SIDE = 3;
    private static final int FALLBACKS = 2 * PER_SIDE;
    private static final int LEGACY_READS = Side.LEGACY.ordinal() * PER_SIDE + READS;
    private static final int MODERN_READS = Side.MODERN.ordinal() * PER_SIDE + READS;
    private static final int COUNTS = FALLBACKS + 1;

    /** Of an interval without reads; never written. */
    private static final Histogram NOTHING = new Histogram(1);

    /** One request in so many is measured in detail. */
    private static final int SAMPLED = 64;

    private static final long[] READ_BOUNDS = millis(
            0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000,
            5_000, 10_000);
    private static final long[] OWN_BOUNDS =
            millis(0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 20);

    private final MeterRegistry meters;
    private final SideLimits limits;
    private final List<Stripe> stripes = new CopyOnWriteArrayList<>();
    private final Set<SliceName> registered = ConcurrentHashMap.newKeySet();
    private final Latencies reads =
            new Latencies("bailey_read_latency_seconds", "time of reads at a side", READ_BOUNDS);
    private final Latencies decisions = new Latencies(
            "bailey_decision_seconds", "time of the routing decision, of one request in " + SAMPLED, OWN_BOUNDS);
    private final Latencies facade = new Latencies(
            "bailey_facade_seconds", "time a read spends in the gateway itself, of one in " + SAMPLED, OWN_BOUNDS);
    private final Map<SliceName, long[]> taken = new HashMap<>();

    public Traffic(MeterRegistry meters, SideLimits limits) {
        this.meters = meters;
        this.limits = limits;
        if (meters instanceof PrometheusMeterRegistry prometheus) {
            List.of(reads, decisions, facade)
                    .forEach(collector -> prometheus.getPrometheusRegistry().register(collector));
        }
    }

    private static long[] millis(double... bounds) {
        return DoubleStream.of(bounds)
                .mapToLong(bound -> Math.round(bound * 1e6))
                .toArray();
    }

    /** One side's part of an interval; latency in microseconds, of reads. */
    public record SideCount(long reads, long writes, long errors, Histogram latencyMicros) {}

    /** What a slice did since the last take. */
    public record Taken(SideCount legacy, SideCount modern, long fallbacks) {}

    /** A stripe for one event loop; only that loop may count on it. */
    public Stripe stripe() {
        Stripe stripe = new Stripe();
        stripes.add(stripe);
        return stripe;
    }

    public synchronized Taken take(SliceName slice) {
        long[] before = taken.computeIfAbsent(slice, _ -> new long[COUNTS]);
        long[] now = new long[COUNTS];
        for (Stripe stripe : stripes) {
            SliceStripe counted = stripe.slices.get(slice);
            if (counted != null) {
                counted.addTo(now);
            }
        }
        taken.put(slice, now);
        return new Taken(
                side(slice, Side.LEGACY, before, now),
                side(slice, Side.MODERN, before, now),
                now[FALLBACKS] - before[FALLBACKS]);
    }

    private SideCount side(SliceName slice, Side side, long[] before, long[] now) {
        int at = side.ordinal() * PER_SIDE;
        boolean idle = now[at + READS] == before[at + READS];
        Histogram latency = idle ? NOTHING : LatencyCounts.interval(highest(slice, side));
        for (Stripe stripe : stripes) {
            SliceStripe counted = stripe.slices.get(slice);
            if (counted != null && !idle) {
                counted.latency(side).takeInto(latency);
            }
        }
        return new SideCount(
                now[at + READS] - before[at + READS],
                now[at + WRITES] - before[at + WRITES],
                now[at + ERRORS] - before[at + ERRORS],
                latency);
    }

    private long highest(SliceName slice, Side side) {
        long highest = 0;
        for (Stripe stripe : stripes) {
            SliceStripe counted = stripe.slices.get(slice);
            if (counted != null) {
                highest = Math.max(highest, counted.latency(side).highest());
            }
        }
        return highest;
    }

    private long sum(SliceName slice, int index) {
        long sum = 0;
        for (Stripe stripe : stripes) {
            SliceStripe counted = stripe.slices.get(slice);
            if (counted != null) {
                sum += counted.read(index);
            }
        }
        return sum;
    }

    private void register(SliceName slice) {
        if (!registered.add(slice)) {
            return;
        }
        for (Side side : Side.values()) {
            Tags tags = Tags.of("slice", slice.value(), "side", side.label());
            int at = side.ordinal() * PER_SIDE;
            counter("bailey.requests", tags.and("kind", "read"), slice, at + READS, "requests tried at a side");
            counter("bailey.requests", tags.and("kind", "write"), slice, at + WRITES, "requests tried at a side");
            counter(
                    "bailey.request.errors",
                    tags,
                    slice,
                    at + ERRORS,
                    "answers of 5xx, timeouts, connections refused or cut");
            UpstreamMeters.limits(meters, limits, slice, side);
        }
        Gauge.builder(
                        "bailey.breaker.state",
                        limits,
                        known -> known.breaker(slice).ordinal())
                .description("0 closed, 1 half open, 2 open; legacy, which answers instead, has none")
                .tags("slice", slice.value(), "side", Side.MODERN.label())
                .register(meters);
        counter(
                "bailey.fallbacks",
                Tags.of("slice", slice.value()),
                slice,
                FALLBACKS,
                "reads that modern could not answer and legacy did");
    }

    private void counter(String name, Tags tags, SliceName slice, int index, String description) {
        FunctionCounter.builder(name, this, traffic -> traffic.sum(slice, index))
                .description(description)
                .tags(tags)
                .register(meters);
    }

    /** The counters of one event loop. */
    public final class Stripe {
        private final Map<SliceName, SliceStripe> slices = new ConcurrentHashMap<>();
        private final Latencies.Cells decisionTime = decisions.cells(Labels.EMPTY);
        private final Latencies.Cells facadeTime = facade.cells(Labels.EMPTY);
        private int turn;

        /** Whether the request at hand is one of those measured in detail. */
        boolean isSampled() {
            return (++turn & (SAMPLED - 1)) == 0;
        }

        void decided(long nanos) {
            decisionTime.record(nanos);
        }

        void facade(long nanos) {
            facadeTime.record(nanos);
        }

        void read(SliceName slice, Side side, boolean failed, long nanos) {
            SliceStripe counted = of(slice);
            if (failed) {
                counted.add(side.ordinal() * PER_SIDE + ERRORS);
            }
            counted.latency(side).record(nanos);
        }

        void write(SliceName slice, Side side, boolean failed) {
            SliceStripe counted = of(slice);
            counted.add(side.ordinal() * PER_SIDE + WRITES);
            if (failed) {
                counted.add(side.ordinal() * PER_SIDE + ERRORS);
            }
        }

        void fallback(SliceName slice) {
            of(slice).add(FALLBACKS);
        }

        private SliceStripe of(SliceName slice) {
            SliceStripe known = slices.get(slice);
            if (known != null) {
                return known;
            }
            register(slice);
            return slices.computeIfAbsent(slice, name -> new SliceStripe(reads, name));
        }
    }

    private static final class SliceStripe {
        private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

        private final long[] counts = new long[COUNTS];
        private final LatencyCounts legacy = new LatencyCounts();
        private final LatencyCounts modern = new LatencyCounts();

        SliceStripe(Latencies reads, SliceName slice) {
            for (Side side : Side.values()) {
                reads.add(Labels.of("side", side.label(), "slice", slice.value()), latency(side));
            }
        }

        LatencyCounts latency(Side side) {
            return side == Side.LEGACY ? legacy : modern;
        }

        /** Only its own loop writes, so no atomic add is needed; readers see it soon. */
        void add(int index) {
            CELLS.setRelease(counts, index, counts[index] + 1);
        }

        long read(int index) {
            if (index == LEGACY_READS || index == MODERN_READS) {
                return latency(index == LEGACY_READS ? Side.LEGACY : Side.MODERN)
                        .count();
            }
            return (long) CELLS.getAcquire(counts, index);
        }

        void addTo(long[] sums) {
            for (int i = 0; i < COUNTS; i++) {
                sums[i] += read(i);
            }
        }
    }
}
