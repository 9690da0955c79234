package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.WriteAuthority;
import java.util.Objects;

/** An entity changes hands only when the side that takes it holds all that was written. */
final class EqualAtHandover extends Invariant {

    EqualAtHandover(World world) {
        super(world);
    }

    @Override
    void published(SliceState before, SliceState after) {
        world.truth().items().forEach((entity, text) -> {
            Side next = WriteAuthority.of(world.slice(), after, new EntityKey(entity));
            if (next != WriteAuthority.of(world.slice(), before, new EntityKey(entity))
                    && !Objects.equals(world.service(next).item(entity), text)) {
                broken("authority over " + entity + " goes to " + next + ", which holds "
                        + world.service(next).item(entity) + " (expected " + text + ")");
            }
        });
    }
}
