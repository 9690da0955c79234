package dev.bailey.gateway.dualwrite;

import org.jspecify.annotations.Nullable;

/** What a write holds from admission until its outcome is durable: its entity's lane and its place inside the slice's door. */
record Turn(EntityLanes.@Nullable Ticket lane, SliceGate.@Nullable Inside inside) {

    static final Turn NONE = new Turn(null, null);

    /** Its fate is not known: every hold waits for it. */
    void unsure() {
        if (inside != null) {
            inside.unsure();
        }
    }

    /** Lets go of all; harmless when done before. */
    void end() {
        if (inside != null) {
            inside.leave();
        }
        if (lane != null) {
            lane.leave();
        }
    }
}
