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
 * The breaker, rate cap, bulkhead and retries of every slice and side. A file applied takes effect with the first request routed
 * by it; what it does not change keeps its state. Thread-safe; looking up takes no lock and hashes no text.
 */
public final class SideLimits {

    /** Of one slice at one side. Whoever enters the bulkhead leaves that same one. Legacy, which answers instead, has no breaker. */
    public record Limits(
            LimitsSpec spec,
            Optional<Breaker> breaker,
            Optional<RateCap> cap,
            Optional<Bulkhead> bulkhead,
            RetryAllowance retries) {

        /** Null where there is no breaker. */
        public @Nullable Breaker fuse() {
            return breaker.orElse(null);
        }

        /** Null where there is no cap. */
        public @Nullable RateCap rateCap() {
            return cap.orElse(null);
        }

        /** Null where there is no bulkhead. */
        public @Nullable Bulkhead wall() {
            return bulkhead.orElse(null);
        }

        static Limits first(LimitsSpec spec, Side side, long nowNanos) {
            return new Limits(
                    spec,
                    breaker(spec, side),
                    cap(spec, side, nowNanos),
                    Optional.ofNullable(spec.concurrency().get(side)).map(Bulkhead::new),
                    new RetryAllowance(spec.retry(), nowNanos));
        }

        /** The next limits; each part is the one before where nothing about it changed. */
        Limits followedBy(LimitsSpec next, Side side, long nowNanos) {
            boolean sameBreaker = spec.breakerFailures() == next.breakerFailures()
                    && spec.breakerOf() == next.breakerOf()
                    && spec.breakerOpen().equals(next.breakerOpen());
            boolean sameCap = rate(spec, side).equals(rate(next, side));
            return new Limits(
                    next,
                    sameBreaker ? breaker : breaker(next, side),
                    sameCap ? cap : cap(next, side, nowNanos),
                    Optional.ofNullable(next.concurrency().get(side)).map(this::moved),
                    retries.spec().equals(next.retry()) ? retries : new RetryAllowance(next.retry(), nowNanos));
        }

        /** A limit that moves keeps who is inside. */
        private Bulkhead moved(int requests) {
            bulkhead.ifPresent(known -> known.limit(requests));
            return bulkhead.orElseGet(() -> new Bulkhead(requests));
        }

        private static Optional<Breaker> breaker(LimitsSpec spec, Side side) {
            return side == Side.LEGACY
                    ? Optional.empty()
                    : Optional.of(new Breaker(spec.breakerFailures(), spec.breakerOf(), spec.breakerOpen()));
        }

        private static Optional<RateCap> cap(LimitsSpec spec, Side side, long nowNanos) {
            return rate(spec, side).map(perSecond -> new RateCap(perSecond, nowNanos));
        }

        private static Optional<Integer> rate(LimitsSpec spec, Side side) {
            return Optional.ofNullable(spec.ratePerSecond().get(side));
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
                .flatMap(Limits::breaker)
                .map(Breaker::state)
                .orElse(Breaker.State.CLOSED);
    }

    /** Requests its bulkhead refused so far. */
    public long refused(SliceName slice, Side side) {
        return known(slice, side)
                .flatMap(Limits::bulkhead)
                .map(Bulkhead::refused)
                .orElse(0L);
    }

    /** What became of its retries so far. */
    public long retries(SliceName slice, Side side, RetryAllowance.Result result) {
        return known(slice, side).map(limits -> limits.retries.counted(result)).orElse(0L);
    }

    private Optional<Limits> known(SliceName slice, Side side) {
        return Optional.ofNullable(table.find(slice, side));
    }
}
