package dev.bailey.model.route;

import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything routing needs, immutable, swapped as one reference: the file, each slice's routing record and the compiled
 * routes.
 */
public final class Snapshot {

    private final MigrationSpec spec;
    private final Map<SliceName, SliceState> states;
    private final RouteTable routes;

    private Snapshot(MigrationSpec spec, Map<SliceName, SliceState> states, RouteTable routes) {
        this.spec = spec;
        this.states = states;
        this.routes = routes;
    }

    /** Compiles a snapshot; a slice without a record stands at its beginning. */
    public static Snapshot of(MigrationSpec spec, List<SliceState> states) {
        Map<SliceName, SliceState> byName = new LinkedHashMap<>();
        for (SliceSpec slice : spec.slices()) {
            byName.put(slice.name(), SliceState.first(slice.name()));
        }
        for (SliceState state : states) {
            if (byName.containsKey(state.slice())) {
                byName.put(state.slice(), state);
            }
        }
        return new Snapshot(spec, Map.copyOf(byName), RouteTable.of(spec));
    }

    /** The same migration with one slice's record replaced; shares the compiled routes. */
    public Snapshot with(SliceState state) {
        state(state.slice());
        Map<SliceName, SliceState> changed = new LinkedHashMap<>(states);
        changed.put(state.slice(), state);
        return new Snapshot(spec, Map.copyOf(changed), routes);
    }

    public MigrationSpec spec() {
        return spec;
    }

    public SliceState state(SliceName slice) {
        SliceState state = states.get(slice);
        if (state == null) {
            throw new IllegalArgumentException("no slice " + slice + " (known: " + states.keySet() + ")");
        }
        return state;
    }

    public List<SliceState> states() {
        return List.copyOf(states.values());
    }

    RouteTable routes() {
        return routes;
    }
}
