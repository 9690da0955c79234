package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import java.util.HashSet;
import java.util.Set;

/** A side applies a write once. Only what sets a whole entity, or removes it, may come to the follower again. */
final class NothingIsAppliedTwice extends Invariant {

    private final Set<String> done = new HashSet<>();

    NothingIsAppliedTwice(World world) {
        super(world);
    }

    @Override
    void applied(Side side, Write write, String entity, boolean first) {
        if (!done.add(side + " " + write.tag())) {
            boolean harmless = !world.choices().isKeyed()
                    && (write.kind() == Write.Kind.PUT || write.kind() == Write.Kind.DELETE)
                    && side != world.firstSide(write);
            if (!harmless) {
                broken(side + " applied " + write + " twice");
            }
        }
    }
}
