package dev.bailey.control.orchestrate;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Traffic measured. */
public final class Measurements {

    private final AtomicReference<@Nullable Interval> last = new AtomicReference<>();

    /** Takes in what a slice did. */
    public void record(Interval interval) {
        last.set(interval);
    }
}
