package dev.bailey.datasync.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where two canonical documents differ: paths only, never values. */
final class DifferingPaths {

    private final List<String> paths = new ArrayList<>();
    private final int limit;

    private DifferingPaths(int limit) {
        this.limit = limit;
    }

    static List<String> of(JsonNode left, JsonNode right, int limit) {
        DifferingPaths found = new DifferingPaths(limit);
        found.walk("", left, right);
        return List.copyOf(found.paths);
    }

    private void walk(String path, @Nullable JsonNode left, @Nullable JsonNode right) {
        if (paths.size() >= limit || left == null && right == null) {
            return;
        }
        if (left == null || right == null) {
            paths.add(path);
        } else if (left.isObject() && right.isObject()) {
            Set<String> names = new TreeSet<>(left.propertyNames());
            names.addAll(right.propertyNames());
            for (String name : names) {
                walk(path + "/" + name.replace("~", "~0").replace("/", "~1"), left.get(name), right.get(name));
            }
        } else if (left.isArray() && right.isArray() && left.size() == right.size()) {
            for (int i = 0; i < left.size(); i++) {
                walk(path + "/" + i, left.get(i), right.get(i));
            }
        } else if (!left.equals(right)) {
            paths.add(path);
        }
    }
}
