package dev.bailey.simulation;

import dev.bailey.model.phase.Side;

/** A write is applied first by the side that has authority over its entity at that moment. */
final class OneAuthorityAtATime extends Invariant {

    OneAuthorityAtATime(World world) {
        super(world);
    }

    @Override
    void applied(Side side, Write write, String entity, boolean first) {
        Side authority = world.side(write);
        if (first && side != authority) {
            broken(side + " applied " + write + " while " + authority + " has authority over " + entity);
        }
    }
}
