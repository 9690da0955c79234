package dev.bailey.datasync.store;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;

/**
 * Something that would make a store's use fail, found before anything was written.
 *
 * @param away whether the store cannot be reached now, so that nothing is known of it
 */
public record StoreProblem(SliceName slice, Side side, boolean away, String what) {

    /** Something that is wrong with a store that was looked at. */
    public StoreProblem(SliceName slice, Side side, String what) {
        this(slice, side, false, what);
    }

    public static StoreProblem of(SliceName slice, Side side, StoreException e) {
        return new StoreProblem(slice, side, e instanceof UnreachableException, e.what());
    }

    @Override
    public String toString() {
        return "slice " + slice + ", " + side.label() + ": " + what;
    }
}
