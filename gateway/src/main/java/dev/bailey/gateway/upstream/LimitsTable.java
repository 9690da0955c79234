package dev.bailey.gateway.upstream;

import dev.bailey.gateway.upstream.SideLimits.Limits;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one file's slices, found by the identity of the slice's declaration: an immutable table with open addressing,
 * at most a quarter full.
 */
@SuppressWarnings("ReferenceEquality")
final class LimitsTable {

    static final LimitsTable EMPTY = new LimitsTable(null, Map.of());

    private record BySide(Limits legacy, Limits modern) {
        Limits of(Side side) {
            return side == Side.LEGACY ? legacy : modern;
        }
    }

    private final @Nullable MigrationSpec spec;
    private final Map<SliceName, BySide> byName;
    private final @Nullable SliceSpec[] slices;
    private final @Nullable BySide[] limits;

    private LimitsTable(@Nullable MigrationSpec spec, Map<SliceName, BySide> byName) {
        this.spec = spec;
        this.byName = byName;
        int size = Integer.highestOneBit(Math.max(1, byName.size())) * 8;
        this.slices = new SliceSpec[size];
        this.limits = new BySide[size];
        if (spec != null) {
            spec.slices().forEach(this::put);
        }
    }

    private void put(SliceSpec slice) {
        int at = System.identityHashCode(slice) & (slices.length - 1);
        while (slices[at] != null) {
            at = (at + 1) & (slices.length - 1);
        }
        slices[at] = slice;
        limits[at] = byName.get(slice.name());
    }

    boolean isOf(MigrationSpec file) {
        return spec == file;
    }

    LimitsTable followedBy(MigrationSpec next, long nowNanos) {
        Map<SliceName, BySide> following = new HashMap<>();
        for (SliceSpec slice : next.slices()) {
            following.put(
                    slice.name(),
                    new BySide(limits(slice, Side.LEGACY, nowNanos), limits(slice, Side.MODERN, nowNanos)));
        }
        return new LimitsTable(next, following);
    }

    private Limits limits(SliceSpec slice, Side side, long nowNanos) {
        Limits before = find(slice.name(), side);
        return before == null
                ? Limits.first(slice.limits(), side, nowNanos)
                : before.followedBy(slice.limits(), side, nowNanos);
    }

    @Nullable
    Limits find(SliceSpec slice, Side side) {
        int at = System.identityHashCode(slice) & (slices.length - 1);
        while (true) {
            SliceSpec there = slices[at];
            if (there == slice) {
                BySide found = limits[at];
                return found == null ? null : found.of(side);
            }
            if (there == null) {
                return null;
            }
            at = (at + 1) & (slices.length - 1);
        }
    }

    @Nullable
    Limits find(SliceName slice, Side side) {
        BySide found = byName.get(slice);
        return found == null ? null : found.of(side);
    }
}
