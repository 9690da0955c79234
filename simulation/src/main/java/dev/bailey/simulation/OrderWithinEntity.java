package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.write.Outcome;
import java.util.HashMap;
import java.util.Map;

/** A node sends one write of an entity at a time to its authority, and the follower gets them in the authority's order. */
final class OrderWithinEntity extends Invariant {

    private final Map<String, Write> underWay = new HashMap<>();
    private final Map<String, Write> replicated = new HashMap<>();

    OrderWithinEntity(World world) {
        super(world);
    }

    @Override
    void forwarded(Node node, Write write, RouteDecision decision) {
        if (!decision.journalled()) {
            return;
        }
        write.entity().ifPresent(entity -> {
            Write other = underWay.put(node.name() + entity, write);
            if (other != null) {
                broken(write + " is sent while " + other + " is under way");
            }
        });
    }

    @Override
    void settled(Node node, Write write, Outcome outcome) {
        write.entity().ifPresent(entity -> underWay.remove(node.name() + entity, write));
    }

    @Override
    void applied(Side side, Write write, String entity, boolean first) {
        if (!first) {
            Write before = replicated.put(side + entity, write);
            if (before != null
                    && world.truth().place(write.tag()) < world.truth().place(before.tag())
                    && !(world.isCrew() && world.spans().overlap(write, before))) {
                broken(side + " got " + write + " of " + entity + " after a later write of it");
            }
        }
    }
}
