package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.simulation.Write.Told;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** When a client learns that its write is done, a read finds the side that has it. */
final class ReadersKnowWhoIsAhead extends Invariant {

    private final Map<String, Node> senders = new HashMap<>();

    ReadersKnowWhoIsAhead(World world) {
        super(world);
    }

    @Override
    void forwarded(Node node, Write write, RouteDecision decision) {
        senders.put(write.tag(), node);
    }

    @Override
    void told(Node node, Write write, Told told) {
        if (!(told instanceof Told.Done(int _, String entity))
                || entity == null
                || !world.debts().isEmpty()
                || !world.isCarriedSinceEver()
                || (world.isCrew() && (hasMoved(node, write) || isWrittenBeside(write, entity)))) {
            return;
        }
        String legacy = world.service(Side.LEGACY).item(entity);
        String modern = world.service(Side.MODERN).item(entity);
        Optional<Side> ahead = node.writes().aheadSide(World.SLICE, new EntityKey(entity));
        if (!Objects.equals(legacy, modern) && ahead.isEmpty()) {
            broken(write + " is acknowledged, " + entity + " is " + legacy + " at legacy and " + modern
                    + " at modern, and nobody knows who is ahead");
        }
    }

    /** Who asks again somewhere else, and is told the first answer, sees its write a moment later there. */
    private boolean hasMoved(Node node, Write write) {
        return !node.equals(senders.get(write.tag()));
    }

    /** Of what another node writes at the same time a node learns a moment later. */
    private boolean isWrittenBeside(Write write, String entity) {
        return world.writes().stream()
                .anyMatch(other -> !other.equals(write)
                        && other.entity().equals(Optional.of(entity))
                        && world.spans().overlap(write, other));
    }
}
