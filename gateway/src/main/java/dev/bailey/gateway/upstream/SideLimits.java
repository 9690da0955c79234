package dev.bailey.gateway.upstream;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The breaker, rate cap, bulkhead and retries of every slice and side. A file applied takes effect with the first request routed
 * by it; what it does not change keeps its state. Thread-safe; looking up takes no lock and hashes no text.
 */
public final class SideLimits {

    /**
     * Of one slice at one side. Whoever enters the bulkhead leaves that same one. Legacy, which answers instead, has no breaker.
     *
     * @param breaker null where there is none, as are {@code cap} and {@code bulkhead}
     */
    public record Limits(
            LimitsSpec spec,
            @Nullable Breaker breaker,
            @Nullable RateCap cap,
            @Nullable Bulkhead bulkhead,
            RetryAllowance retries) {

        static Limits first(LimitsSpec spec, Side side, long nowNanos) {
            return new Limits(
                    spec,
                    breaker(spec, side),
                    cap(null, spec, side, nowNanos),
                    bulkhead(null, spec.concurrency().get(side)),
                    new RetryAllowance(spec.retry(), nowNanos));
        }

        /** The next limits; each part is the one before where nothing about it changed. */
        Limits followedBy(LimitsSpec next, Side side, long nowNanos) {
            boolean sameBreaker = spec.breakerFailures() == next.breakerFailures()
                    && spec.breakerOf() == next.breakerOf()
                    && spec.breakerOpen().equals(next.breakerOpen());
            boolean sameCap = Objects.equals(
                    spec.ratePerSecond().get(side), next.ratePerSecond().get(side));
            return new Limits(
                    next,
                    sameBreaker ? breaker : breaker(next, side),
                    sameCap ? cap : cap(cap, next, side, nowNanos),
                    bulkhead(bulkhead, next.concurrency().get(side)),
                    retries.spec().equals(next.retry()) ? retries : new RetryAllowance(next.retry(), nowNanos));
        }

        /** A limit that moves keeps who is inside. */
        private static @Nullable Bulkhead bulkhead(@Nullable Bulkhead before, @Nullable Integer requests) {
            if (requests == null || before == null) {
                return requests == null ? null : new Bulkhead(requests);
            }
            before.limit(requests);
            return before;
        }

        private static @Nullable Breaker breaker(LimitsSpec spec, Side side) {
            return side == Side.LEGACY
                    ? null
                    : new Breaker(spec.breakerFailures(), spec.breakerOf(), spec.breakerOpen());
        }

        private static @Nullable RateCap cap(@Nullable RateCap before, LimitsSpec spec, Side side, long nowNanos) {
            Integer perSecond = spec.ratePerSecond().get(side);
            if (perSecond == null || before == null) {
                return perSecond == null ? null : new RateCap(perSecond, nowNanos);
            }
            return before.followedBy(perSecond, nowNanos);
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
            table = table.followedBy(now, System.nanoTime());
        }
        Limits known = table.find(slice, side);
        if (known == null) {
            known = table.find(slice.name(), side);
        }
        // A request under way of a slice that the file in force no longer has.
        return known == null ? Limits.first(slice.limits(), side, System.nanoTime()) : known;
    }

    /** That of modern, for display; closed when the slice was not used yet. */
    public Breaker.State breaker(SliceName slice) {
        return known(slice, Side.MODERN)
                .map(Limits::breaker)
                .map(Breaker::state)
                .orElse(Breaker.State.CLOSED);
    }

    /** Requests its bulkhead refused so far. */
    public long refused(SliceName slice, Side side) {
        return known(slice, side).map(Limits::bulkhead).map(Bulkhead::refused).orElse(0L);
    }

    /** Requests its rate cap refused so far. */
    public long overCap(SliceName slice, Side side) {
        return known(slice, side).map(Limits::cap).map(RateCap::refused).orElse(0L);
    }

    /** What became of its retries so far. */
    public long retries(SliceName slice, Side side, RetryAllowance.Result result) {
        return known(slice, side).map(limits -> limits.retries.counted(result)).orElse(0L);
    }

    private Optional<Limits> known(SliceName slice, Side side) {
        return Optional.ofNullable(table.find(slice, side));
    }
}
