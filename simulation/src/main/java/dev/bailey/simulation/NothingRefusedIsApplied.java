package dev.bailey.simulation;

import dev.bailey.model.phase.Side;
import dev.bailey.simulation.Write.Told;
import java.util.HashMap;
import java.util.Map;

/**
 * What a client was told is not done is never done, unless the client asks again. Where it asks several times, a gateway's
 * refusal speaks of one request only.
 */
final class NothingRefusedIsApplied extends Invariant {

    private final Map<String, Told> refused = new HashMap<>();
    private final Map<String, Integer> asked = new HashMap<>();

    NothingRefusedIsApplied(World world) {
        super(world);
    }

    @Override
    void asked(Write write) {
        asked.merge(write.tag(), 1, Integer::sum);
        refused.remove(write.tag());
    }

    @Override
    void told(Node node, Write write, Told told) {
        boolean ofAll = told instanceof Told.Rejected || asked.getOrDefault(write.tag(), 0) == 1;
        if (ofAll && (told instanceof Told.Rejected || told instanceof Told.Refused)) {
            refused.put(write.tag(), told);
            if (world.truth().has(write.tag())) {
                broken(write + " was applied and its client is told " + told);
            }
        }
    }

    @Override
    void applied(Side side, Write write, String entity, boolean first) {
        Told told = refused.get(write.tag());
        if (told != null) {
            broken(write + " is applied at " + side + " after its client was told " + told);
        }
    }
}
