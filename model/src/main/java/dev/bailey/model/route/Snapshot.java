package dev.bailey.model.route;

import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything routing needs, immutable, swapped as one reference: the file, each slice's routing record and the compiled
 * routes. Slices have numbers, 0 to {@code size() - 1}, in the order of the file; they hold for every snapshot of one file.
 */
public final class Snapshot {

    private final MigrationSpec spec;
    private final Map<SliceName, Integer> indexes;
    private final SliceRules[] rules;
    private final RouteTable routes;
    private final VersionRules[] versions;

    private Snapshot(
            MigrationSpec spec,
            Map<SliceName, Integer> indexes,
            SliceRules[] rules,
            RouteTable routes,
            VersionRules[] versions) {
        this.spec = spec;
        this.indexes = indexes;
        this.rules = rules;
        this.routes = routes;
        this.versions = versions;
    }

    /** Compiles a snapshot; a slice without a record stands at its beginning. */
    public static Snapshot of(MigrationSpec spec, List<SliceState> states) {
        List<SliceSpec> slices = spec.slices();
        Map<SliceName, SliceState> given = new HashMap<>();
        states.forEach(state -> given.put(state.slice(), state));
        Map<SliceName, Integer> indexes = new HashMap<>();
        SliceRules[] rules = new SliceRules[slices.size()];
        VersionRules[] versions = new VersionRules[slices.size()];
        for (int i = 0; i < rules.length; i++) {
            SliceSpec slice = slices.get(i);
            SliceState state = given.get(slice.name());
            indexes.put(slice.name(), i);
            versions[i] = new VersionRules(slice);
            rules[i] = new SliceRules(slice, state == null ? SliceState.first(slice.name()) : state);
        }
        return new Snapshot(spec, Map.copyOf(indexes), rules, RouteTable.of(spec), versions);
    }

    /** The same migration with one slice's record replaced; shares the compiled routes. */
    public Snapshot with(SliceState state) {
        int index = index(state.slice());
        SliceRules[] changed = rules.clone();
        changed[index] = new SliceRules(rules[index].slice, state);
        return new Snapshot(spec, indexes, changed, routes, versions);
    }

    public MigrationSpec spec() {
        return spec;
    }

    /** How many slices there are. */
    public int size() {
        return rules.length;
    }

    /** The number of a slice. */
    public int index(SliceName slice) {
        Integer index = indexes.get(slice);
        if (index == null) {
            throw new IllegalArgumentException("no slice " + slice + " (known: " + indexes.keySet() + ")");
        }
        return index;
    }

    public SliceState state(SliceName slice) {
        return state(index(slice));
    }

    /** The record of the slice with a number. */
    public SliceState state(int index) {
        return rules[index].state;
    }

    public List<SliceState> states() {
        return Arrays.stream(rules).map(each -> each.state).toList();
    }

    RouteTable routes() {
        return routes;
    }

    SliceRules rules(int index) {
        return rules[index];
    }

    VersionRules versions(int index) {
        return versions[index];
    }
}
