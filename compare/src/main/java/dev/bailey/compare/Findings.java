package dev.bailey.compare;

import java.util.ArrayList;
import java.util.List;

/** Collects the differences of one pair, bounded. Not thread-safe. */
final class Findings {

    private final String route;
    private final List<Difference> found = new ArrayList<>();

    Findings(String route) {
        this.route = route;
    }

    void add(String path, Signature.Kind kind, String valueClass, String served, String shadow) {
        if (!isFull()) {
            Signature signature = Signature.of(route, normalised(path), kind, valueClass);
            found.add(new Difference(signature, path.replace("/#", "/"), kind, served, shadow));
        }
    }

    boolean isFull() {
        return found.size() >= Comparer.MAX_DIFFERENCES;
    }

    List<Difference> found() {
        return found;
    }

    /** The path with its array indexes replaced: an index is a segment written {@code #n} while comparing. */
    static String normalised(String path) {
        return path.indexOf('#') < 0 ? path : path.replaceAll("/#[^/]*", "/*");
    }
}
