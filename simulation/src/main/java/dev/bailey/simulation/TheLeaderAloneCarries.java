package dev.bailey.simulation;

import dev.bailey.model.phase.Side;

/** Of several nodes, the one that leads delivers and refreshes, and no other. */
final class TheLeaderAloneCarries extends Invariant {

    TheLeaderAloneCarries(World world) {
        super(world);
    }

    @Override
    void carried(Life life, Side side, String what) {
        Node leader = world.isCrew() ? world.crewing().leader() : null;
        if (world.isCrew() && (leader == null || !leader.life().equals(life))) {
            broken(life.name() + " carries " + what + " to " + side + " while "
                    + (leader == null ? "nobody" : leader.life().name()) + " leads");
        }
    }
}
