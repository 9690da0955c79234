package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import dev.bailey.simulation.Write.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;

/** What a client was told is done was applied, and what its authority holds is what was applied. */
final class NothingAcknowledgedIsLost extends Invariant {

    private final List<Write> acknowledged = new ArrayList<>();

    NothingAcknowledgedIsLost(World world) {
        super(world);
    }

    @Override
    void told(Node node, Write write, Told told) {
        if (told instanceof Told.Done) {
            acknowledged.add(write);
            if (!world.truth().has(write.tag())) {
                broken(write + " was acknowledged and no service has applied it");
            }
        }
    }

    @Override
    void applied(Side side, Write write, String entity, boolean first) {
        String held = world.service(side).item(entity);
        String wanted = world.truth().item(entity);
        if (first && !Objects.equals(held, wanted)) {
            broken("after " + write + " its authority " + side + " holds " + entity + " = " + held + " (expected "
                    + wanted + ")");
        }
    }

    @Override
    void atRest() {
        for (Write write : acknowledged) {
            if (!world.truth().has(write.tag())) {
                broken(write + " was acknowledged and never applied");
            }
        }
        world.truth().items().forEach((entity, text) -> {
            Side side = world.authority(entity);
            String held = world.service(side).item(entity);
            if (!text.equals(held)) {
                broken("in the end the authority " + side + " holds " + entity + " = " + held + " (expected " + text
                        + ")");
            }
        });
        for (Side side : Side.values()) {
            SortedMap<String, String> items = world.service(side).items();
            items.forEach((entity, text) -> {
                if (world.truth().item(entity) == null) {
                    broken("in the end " + side + " holds " + entity + " = " + text + " (expected nothing)");
                }
            });
        }
    }
}
