package dev.bailey.gateway.upstream;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The breaker and rate cap of every slice and side; made anew when the slice's limits change. Thread-safe. */
public final class SideLimits {

    /** Of one slice at one side. */
    public record Limits(LimitsSpec spec, Breaker breaker, Optional<RateCap> cap) {

        static Limits of(LimitsSpec spec, Side side) {
            Integer rate = spec.ratePerSecond().get(side);
            return new Limits(
                    spec,
                    new Breaker(spec.breakerFailures(), spec.breakerOf(), spec.breakerOpen()),
                    Optional.ofNullable(rate).map(perSecond -> new RateCap(perSecond, System.nanoTime())));
        }
    }

    private final Map<SliceName, Limits> legacy = new ConcurrentHashMap<>();
    private final Map<SliceName, Limits> modern = new ConcurrentHashMap<>();

    public Limits of(SliceSpec slice, Side side) {
        Map<SliceName, Limits> ofSide = side == Side.LEGACY ? legacy : modern;
        Limits known = ofSide.get(slice.name());
        if (known != null && known.spec.equals(slice.limits())) {
            return known;
        }
        return ofSide.compute(
                slice.name(),
                (_, old) -> old != null && old.spec.equals(slice.limits()) ? old : Limits.of(slice.limits(), side));
    }

    /** For display; closed when the slice was not used yet. */
    public Breaker.State breaker(SliceName slice, Side side) {
        Limits known = (side == Side.LEGACY ? legacy : modern).get(slice);
        return known == null ? Breaker.State.CLOSED : known.breaker.state();
    }
}
