package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import java.util.Objects;
import java.util.TreeSet;

/** In the end, debts paid, both sides hold the same. */
final class FollowerConverges extends Invariant {

    FollowerConverges(World world) {
        super(world);
    }

    @Override
    void atRest() {
        TreeSet<String> entities =
                new TreeSet<>(world.service(Side.LEGACY).items().keySet());
        entities.addAll(world.service(Side.MODERN).items().keySet());
        for (String entity : entities) {
            String legacy = world.service(Side.LEGACY).item(entity);
            String modern = world.service(Side.MODERN).item(entity);
            if (!Objects.equals(legacy, modern)) {
                broken("in the end " + entity + " is " + legacy + " at legacy and " + modern + " at modern");
            }
        }
    }
}
