package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.write.Partition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Of several nodes, the one that holds an entity's partition in the store delivers and refreshes it, and no other. */
final class OneNodeCarriesAPartition extends Invariant {

    /** Which entity each create made. */
    private final Map<String, String> created = new HashMap<>();

    OneNodeCarriesAPartition(World world) {
        super(world);
    }

    @Override
    void applied(Side side, Write write, String entity, boolean first) {
        created.putIfAbsent(write.tag(), entity);
    }

    @Override
    void carried(Life life, Side side, @Nullable String entity, String what) {
        if (!world.isCrew()) {
            return;
        }
        world.counts().carried++;
        Node leader = world.crewing().leader();
        if (leader == null || !leader.life().equals(life)) {
            world.counts().carriedBeside++;
        }
        String key = entity == null ? created.get(what) : entity;
        Partition partition = Partition.of(World.SLICE, key == null ? null : new EntityKey(key));
        String holder = world.crewing().server().holder(partition);
        if (!world.crewing().originOf(life).equals(holder)) {
            broken(life.name() + " carries " + what + " to " + side + " while " + (holder.isEmpty() ? "nobody" : holder)
                    + " holds partition " + partition);
        }
    }
}
