package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.SideLimits;
import dev.bailey.gateway.upstream.UpstreamMeters;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

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
    private static final int COUNTS = FALLBACKS + 1;
    private static final int DIGITS = 3;
    private static final long MAX_MICROS = 3_600_000_000L;

    private final MeterRegistry meters;
    private final SideLimits limits;
    private final List<Stripe> stripes = new CopyOnWriteArrayList<>();
    private final Map<SliceName, Timer[]> timers = new ConcurrentHashMap<>();
    private final Map<SliceName, long[]> taken = new HashMap<>();

    public Traffic(MeterRegistry meters, SideLimits limits) {
        this.meters = meters;
        this.limits = limits;
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
        for (int i = 0; i < COUNTS; i++) {
            now[i] = sum(slice, i);
        }
        taken.put(slice, now);
        return new Taken(
                side(slice, Side.LEGACY, before, now),
                side(slice, Side.MODERN, before, now),
                now[FALLBACKS] - before[FALLBACKS]);
    }

    private SideCount side(SliceName slice, Side side, long[] before, long[] now) {
        Histogram latency = new Histogram(DIGITS);
        for (Stripe stripe : stripes) {
            SliceStripe counted = stripe.slices.get(slice);
            if (counted != null) {
                latency.add(counted.latency[side.ordinal()].getIntervalHistogram());
            }
        }
        int at = side.ordinal() * PER_SIDE;
        return new SideCount(
                now[at + READS] - before[at + READS],
                now[at + WRITES] - before[at + WRITES],
                now[at + ERRORS] - before[at + ERRORS],
                latency);
    }

    private long sum(SliceName slice, int index) {
        long sum = 0;
        for (Stripe stripe : stripes) {
            SliceStripe counted = stripe.slices.get(slice);
            if (counted != null) {
                sum += counted.counts.get(index);
            }
        }
        return sum;
    }

    private Timer[] register(SliceName slice) {
        Timer[] bySide = new Timer[Side.values().length];
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
            Gauge.builder(
                            "bailey.breaker.state",
                            limits,
                            known -> known.breaker(slice, side).ordinal())
                    .description("0 closed, 1 half open, 2 open")
                    .tags(tags)
                    .register(meters);
            UpstreamMeters.limits(meters, limits, slice, side);
            bySide[side.ordinal()] = Timer.builder("bailey.read.latency")
                    .description("time of reads at a side")
                    .tags(tags)
                    .publishPercentileHistogram()
                    .minimumExpectedValue(Duration.ofNanos(500_000))
                    .maximumExpectedValue(Duration.ofSeconds(10))
                    .register(meters);
        }
        counter(
                "bailey.fallbacks",
                Tags.of("slice", slice.value()),
                slice,
                FALLBACKS,
                "reads that modern could not answer and legacy did");
        return bySide;
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

        void read(SliceName slice, Side side, boolean failed, long nanos) {
            SliceStripe counted = of(slice);
            counted.add(side.ordinal() * PER_SIDE + READS);
            if (failed) {
                counted.add(side.ordinal() * PER_SIDE + ERRORS);
            }
            counted.latency[side.ordinal()].recordValue(Math.clamp(nanos / 1_000, 0, MAX_MICROS));
            counted.timers[side.ordinal()].record(nanos, TimeUnit.NANOSECONDS);
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
            return slices.computeIfAbsent(
                    slice, name -> new SliceStripe(timers.computeIfAbsent(name, Traffic.this::register)));
        }
    }

    private static final class SliceStripe {
        final AtomicLongArray counts = new AtomicLongArray(COUNTS);
        final SingleWriterRecorder[] latency = {new SingleWriterRecorder(DIGITS), new SingleWriterRecorder(DIGITS)};
        final Timer[] timers;

        SliceStripe(Timer[] timers) {
            this.timers = timers;
        }

        /** Only its own loop writes, so no atomic add is needed; readers see it soon. */
        void add(int index) {
            counts.setRelease(index, counts.getPlain(index) + 1);
        }
    }
}
