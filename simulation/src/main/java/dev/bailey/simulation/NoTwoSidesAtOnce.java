package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision;
import java.util.HashMap;
import java.util.Map;

/**
 * No two nodes write an entity under different epochs: what goes to one side lands before anything goes to the other. Where
 * services know a write by its key, what comes after it under the same key changes nothing and need not have landed.
 */
final class NoTwoSidesAtOnce extends Invariant {

    private final Map<Write, Side> underWay = new HashMap<>();
    private final Map<Write, Integer> messages = new HashMap<>();

    NoTwoSidesAtOnce(World world) {
        super(world);
    }

    @Override
    void forwarded(Node node, Write write, RouteDecision decision) {
        underWay.forEach((other, side) -> {
            if (side != decision.side()
                    && other.entity().isPresent()
                    && other.entity().equals(write.entity())) {
                broken(write + " is sent to " + decision.side() + " under epoch " + decision.epoch() + " by "
                        + node.name() + " while " + other + " is on its way to " + side);
            }
        });
    }

    @Override
    void sent(Side side, Write write) {
        underWay.put(write, side);
        messages.merge(write, 1, Integer::sum);
    }

    @Override
    void landed(Side side, Write write) {
        boolean isLast = messages.merge(write, -1, Integer::sum) == 0;
        if (world.choices().isKeyed() ? side == underWay.get(write) : isLast) {
            underWay.remove(write);
        }
    }
}
