package dev.bailey.gateway.dualwrite;

import dev.bailey.model.route.SliceName;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The slices the write path has met. Bounded by what migrations declare, and by what the journal still holds. */
final class Slices {

    private final ConcurrentHashMap<SliceName, SliceWrites> slices = new ConcurrentHashMap<>();
    private final Function<SliceName, SliceWrites> make;
    private volatile boolean retired;

    Slices(Function<SliceName, SliceWrites> make) {
        this.make = make;
    }

    SliceWrites of(SliceName name) {
        SliceWrites known = slices.get(name);
        if (known != null) {
            return known;
        }
        SliceWrites made = slices.computeIfAbsent(name, make);
        if (retired) {
            made.gate.retire();
        }
        return made;
    }

    /** No write passes any more, at slices that are met later neither. */
    void retire() {
        retired = true;
        slices.values().forEach(slice -> slice.gate.retire());
    }

    boolean isRetired() {
        return retired;
    }

    /** Takes {@link #retire} back. */
    void reopen() {
        retired = false;
        slices.values().forEach(slice -> slice.gate.reopen());
    }

    @Nullable
    SliceWrites known(SliceName name) {
        return slices.get(name);
    }

    Collection<SliceWrites> all() {
        return slices.values();
    }
}
