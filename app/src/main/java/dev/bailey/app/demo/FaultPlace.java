package dev.bailey.app.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * A subject where it is.
 *
 * @param node whose it is, counted from 1; 0 where all nodes have the same
 */
record FaultPlace(FaultSubject subject, int node) {

    FaultPlace {
        if (node < 0 || (node > 0) != (subject.scope() == FaultSubject.Scope.EACH_NODE)) {
            throw new IllegalArgumentException(
                    "node " + node + " of " + subject + " (expected 1 or more for what each node has, 0 for all else)");
        }
    }

    /** What all have in common. */
    static FaultPlace of(FaultSubject subject) {
        return new FaultPlace(subject, 0);
    }

    /** All there are with so many nodes, in a fixed order. */
    static List<FaultPlace> all(int nodes) {
        List<FaultPlace> all = new ArrayList<>();
        for (FaultSubject subject : FaultSubject.values()) {
            switch (subject.scope()) {
                case ALWAYS -> all.add(of(subject));
                case ONE_NODE -> {
                    if (nodes == 1) {
                        all.add(of(subject));
                    }
                }
                case SEVERAL_NODES -> {
                    if (nodes > 1) {
                        all.add(of(subject));
                    }
                }
                case EACH_NODE -> {
                    for (int node = 1; nodes > 1 && node <= nodes; node++) {
                        all.add(new FaultPlace(subject, node));
                    }
                }
            }
        }
        return List.copyOf(all);
    }

    String words() {
        return subject.words().replace("#", Integer.toString(node));
    }
}
