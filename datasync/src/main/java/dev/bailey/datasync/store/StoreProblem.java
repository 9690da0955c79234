package dev.bailey.datasync.store;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;

/** Something that would make a store's use fail, found before anything was written. */
public record StoreProblem(SliceName slice, Side side, String what) {

    @Override
    public String toString() {
        return "slice " + slice + ", " + side.label() + ": " + what;
    }
}
