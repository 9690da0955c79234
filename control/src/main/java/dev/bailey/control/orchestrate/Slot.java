package dev.bailey.control.orchestrate;

import dev.bailey.control.orchestrate.Interval.OfSide;
import dev.bailey.model.phase.Side;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a slice did in one second or one minute. Immutable. */
record Slot(long second, int seconds, long[] counts, Latencies legacy, Latencies modern) {

    static Slot of(Interval interval) {
        Window sum = new Window(interval.from().getEpochSecond(), 1);
        for (Side side : Side.values()) {
            OfSide served = interval.served().get(side);
            if (served != null) {
                sum.add(Count.SERVED, side, served.reads() + served.writes());
                sum.add(Count.SERVED_ERRORS, side, served.errors());
            }
            OfSide shadowed = interval.shadowed().get(side);
            if (shadowed != null) {
                sum.add(Count.SHADOWED, side, shadowed.reads() + shadowed.writes());
                sum.add(Count.SHADOWED_ERRORS, side, shadowed.errors());
            }
        }
        sum.counts[Window.FALLBACKS] = interval.fallbacks();
        interval.comparisons().forEach((result, count) -> sum.compared(result, count));
        sum.counts[Window.LOST] =
                interval.lost().values().stream().mapToLong(Long::longValue).sum();
        return new Slot(
                sum.second,
                sum.seconds,
                sum.sealedCounts(),
                latency(interval, Side.LEGACY),
                latency(interval, Side.MODERN));
    }

    private static Latencies latency(Interval interval, Side side) {
        return latency(interval.served().get(side))
                .and(latency(interval.shadowed().get(side)));
    }

    private static Latencies latency(@Nullable OfSide part) {
        return part == null ? Latencies.NONE : Latencies.of(part.latencyMicros());
    }

    /** One line for a table. */
    String text() {
        return Arrays.stream(counts).mapToObj(Long::toString).collect(Collectors.joining(" ")) + "|" + legacy.text()
                + "|" + modern.text();
    }

    static Slot parse(long second, int seconds, String text) {
        String[] parts = text.split("\\|", -1);
        long[] counts =
                Arrays.stream(parts[0].split(" ")).mapToLong(Long::parseLong).toArray();
        return new Slot(
                second,
                seconds,
                Arrays.copyOf(counts, Window.COUNTS),
                Latencies.parse(parts[1]),
                Latencies.parse(parts[2]));
    }

    Instant from() {
        return Instant.ofEpochSecond(second);
    }

    /** What is counted for each side. */
    enum Count {
        SERVED,
        SERVED_ERRORS,
        SHADOWED,
        SHADOWED_ERRORS
    }
}
