package dev.bailey.gateway.upstream;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The breaker, rate cap and bulkhead of every slice and side. A file applied takes effect with the first request routed by it;
 * what it does not change keeps its state. Thread-safe; looking up takes no lock and hashes no text.
 */
public final class SideLimits {

    /** Of one slice at one side. Whoever enters the bulkhead leaves that same one. */
    public record Limits(LimitsSpec spec, Breaker breaker, Optional<RateCap> cap, Optional<Bulkhead> bulkhead) {

        /** These limits; each part is the one before where nothing about it changed. */
        static Limits following(@Nullable Limits before, LimitsSpec spec, Side side, long nowNanos) {
            if (before == null) {
                return new Limits(spec, breaker(spec), cap(spec, side, nowNanos), Optional.empty());
            }
            LimitsSpec old = before.spec;
            boolean sameBreaker = old.breakerFailures() == spec.breakerFailures()
                    && old.breakerOf() == spec.breakerOf()
                    && old.breakerOpen().equals(spec.breakerOpen());
            boolean sameCap = Optional.ofNullable(old.ratePerSecond().get(side))
                    .equals(Optional.ofNullable(spec.ratePerSecond().get(side)));
            return new Limits(
                    spec,
                    sameBreaker ? before.breaker : breaker(spec),
                    sameCap ? before.cap : cap(spec, side, nowNanos),
                    before.bulkhead);
        }

        private static Breaker breaker(LimitsSpec spec) {
            return new Breaker(spec.breakerFailures(), spec.breakerOf(), spec.breakerOpen());
        }

        private static Optional<RateCap> cap(LimitsSpec spec, Side side, long nowNanos) {
            return Optional.ofNullable(spec.ratePerSecond().get(side))
                    .map(perSecond -> new RateCap(perSecond, nowNanos));
        }
    }

    private final Supplier<MigrationSpec> applied;
    private volatile LimitsTable table = LimitsTable.EMPTY;

    /** @param applied the file in force */
    public SideLimits(Supplier<MigrationSpec> applied) {
        this.applied = applied;
    }

    /** Of a slice as a snapshot has it; one of an older file gets the limits in force now. */
    public Limits of(SliceSpec slice, Side side) {
        Limits known = table.find(slice, side);
        return known != null ? known : follow(slice, side);
    }

    private synchronized Limits follow(SliceSpec slice, Side side) {
        MigrationSpec now = applied.get();
        if (!table.isOf(now)) {
            table = table.following(now, System.nanoTime());
        }
        Limits known = table.find(slice, side);
        if (known == null) {
            known = table.find(slice.name(), side);
        }
        // A request under way of a slice that the file in force no longer has.
        return known == null ? Limits.following(null, slice.limits(), side, System.nanoTime()) : known;
    }

    /** For display; closed when the slice was not used yet. */
    public Breaker.State breaker(SliceName slice, Side side) {
        Limits known = table.find(slice, side);
        return known == null ? Breaker.State.CLOSED : known.breaker.state();
    }
}
