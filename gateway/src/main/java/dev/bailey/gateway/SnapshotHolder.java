package dev.bailey.gateway;

import dev.bailey.model.route.Snapshot;
import java.util.function.Supplier;

/** The current routing snapshot, shared by request path and write path. Swapped as one reference; any thread may read or set it. */
public final class SnapshotHolder implements Supplier<Snapshot> {

    private volatile Snapshot current;

    public SnapshotHolder(Snapshot first) {
        this.current = first;
    }

    @Override
    public Snapshot get() {
        return current;
    }

    /** Requests that look from now on see the new snapshot; those that looked before finish under theirs. */
    public void set(Snapshot next) {
        current = next;
    }
}
