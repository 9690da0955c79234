package dev.bailey.control.orchestrate;

import dev.bailey.control.orchestrate.Live.LiveSide;
import dev.bailey.control.state.MemberTraffic;
import dev.bailey.control.state.TrafficMinutes;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Traffic as it was measured, bounded: an hour by seconds, 48 hours by minutes. Whole minutes are kept durably, so that a
 * burn-in goes on after a restart. Thread-safe.
 */
public final class Measurements {

    private static final Duration LIVE = Duration.ofSeconds(5);

    private final TrafficMinutes store;
    private final Map<SliceName, SliceMeasurements> slices = new ConcurrentHashMap<>();

    Measurements(TrafficMinutes store) {
        this.store = store;
    }

    /** Takes in what a slice did; called about once a second for every slice, also when nothing happened. */
    public void record(Interval interval) {
        of(interval.slice()).record(Slot.of(interval));
    }

    /** What another gateway did, as it {@link #told} it. */
    public void record(MemberTraffic.Part part) {
        of(part.slice()).record(Slot.parse(part.second(), 1, part.counts()));
    }

    /** An interval in words for the gateway that decides. */
    public static MemberTraffic.Part told(Interval interval) {
        Slot slot = Slot.of(interval);
        return new MemberTraffic.Part(interval.slice(), slot.second(), slot.text());
    }

    SliceMeasurements of(SliceName slice) {
        return slices.computeIfAbsent(slice, name -> new SliceMeasurements(name, store));
    }

    void flush() {
        slices.values().forEach(SliceMeasurements::flush);
    }

    /** Figures of the last few seconds. */
    Live live(SliceName slice, Instant now) {
        Window window = of(slice).total(now.minus(LIVE), now);
        double seconds = LIVE.toSeconds();
        Map<Side, LiveSide> sides = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            Latencies.Total latency = window.latency(side);
            boolean timed = latency.count() > 0;
            sides.put(
                    side,
                    new LiveSide(
                            window.served(side) / seconds,
                            window.of(Slot.Count.SHADOWED, side) / seconds,
                            share(window.errors(side), window.asked(side)),
                            timed ? OptionalDouble.of(latency.quantile(0.5)) : OptionalDouble.empty(),
                            timed ? OptionalDouble.of(latency.quantile(0.99)) : OptionalDouble.empty()));
        }
        return new Live(
                LIVE,
                sides,
                window.fallbacks() / seconds,
                window.compared() / seconds,
                share(window.differences(), window.compared()));
    }

    /** Requests of clients that legacy served, a day, from what was measured in the last 24 hours. */
    Optional<Double> legacyPerDay(SliceName slice, Instant now) {
        Instant from = now.minus(Duration.ofDays(1));
        Optional<Instant> first = of(slice).firstSince(from, now);
        return first.map(begun -> {
            double seconds = Math.max(1, Duration.between(begun, now).toSeconds());
            return of(slice).total(from, now).served(Side.LEGACY) * 86_400 / seconds;
        });
    }

    List<SliceName> known() {
        return slices.keySet().stream().sorted().toList();
    }

    private static OptionalDouble share(long part, long all) {
        return all == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / all);
    }
}
