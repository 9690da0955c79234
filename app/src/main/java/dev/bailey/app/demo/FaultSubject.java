package dev.bailey.app.demo;

import java.util.List;

/** What can have a fault, one at a time; faults of different subjects overlap. */
enum FaultSubject {
    GATEWAY("gateway", Scope.ONE_NODE, 3_000, 15_000, 15_000),
    LEGACY("legacy", Scope.ALWAYS, 5_000, 20_000, FaultSubject.LATEST_LANDING_MS),
    MODERN("modern", Scope.ALWAYS, 5_000, 20_000, FaultSubject.LATEST_LANDING_MS),
    CLIENTS_TO_GATEWAY("clients → gateway", Scope.ONE_NODE, 2_000, 10_000, 4_000),
    GATEWAY_TO_LEGACY("gateway → legacy", Scope.ALWAYS, 1_500, 8_000, 4_000),
    GATEWAY_TO_MODERN("gateway → modern", Scope.ALWAYS, 1_500, 8_000, 4_000),
    SLICE("slice", Scope.ALWAYS, 1_500, 5_000, 4_000),
    /* Authority moves when all nodes have acknowledged or are expelled, so that these must leave them the time to. */
    NODE("node #", Scope.EACH_NODE, 20_000, 120_000, 25_000),
    CLIENTS_TO_NODE("clients → node #", Scope.EACH_NODE, 4_000, 20_000, 4_000),
    NODE_TO_STORE("node # → store", Scope.EACH_NODE, 20_000, 120_000, 25_000),
    NODES_TO_STORE("all nodes → store", Scope.SEVERAL_NODES, 45_000, 150_000, 20_000),
    STORE("store", Scope.SEVERAL_NODES, 60_000, 240_000, 2_000);

    /** When there is one. */
    enum Scope {
        ALWAYS,
        ONE_NODE,
        SEVERAL_NODES,
        /** One for each, where there are several. */
        EACH_NODE
    }

    /**
     * A paused service takes the requests in its sockets when it goes on. Nothing may land later than twice the slice's timeout
     * of 2 s: so much is asked of every service, and this stays a little below.
     */
    private static final int LATEST_LANDING_MS = 3_500;

    private final String words;
    private final Scope scope;
    private final int calmAtLeastMs;
    private final int calmAtMostMs;
    private final int longestMs;

    FaultSubject(String words, Scope scope, int calmAtLeastMs, int calmAtMostMs, int longestMs) {
        this.words = words;
        this.scope = scope;
        this.calmAtLeastMs = calmAtLeastMs;
        this.calmAtMostMs = calmAtMostMs;
        this.longestMs = longestMs;
    }

    /** With {@code #} for a node's number. */
    String words() {
        return words;
    }

    Scope scope() {
        return scope;
    }

    /** The shortest time between two faults of it. */
    int calmAtLeastMs() {
        return calmAtLeastMs;
    }

    int calmAtMostMs() {
        return calmAtMostMs;
    }

    /** The longest a fault of it may last, whatever its kind. */
    int longestMs() {
        return longestMs;
    }

    /** Kinds drawn for it, each as often as it is named. */
    List<FaultKind> kinds() {
        return switch (this) {
            case GATEWAY, LEGACY, MODERN -> List.of(FaultKind.KILL, FaultKind.PAUSE);
            case CLIENTS_TO_GATEWAY, CLIENTS_TO_NODE, GATEWAY_TO_LEGACY, GATEWAY_TO_MODERN -> FaultKind.OF_LINKS;
            case SLICE -> List.of(FaultKind.FORWARD, FaultKind.FORWARD, FaultKind.BACK, FaultKind.RECONCILE);
            case NODE -> List.of(FaultKind.KILL, FaultKind.KILL, FaultKind.PAUSE, FaultKind.LONG_PAUSE);
            case NODE_TO_STORE, NODES_TO_STORE -> FaultKind.OF_LINKS_TO_THE_STORE;
            case STORE -> List.of(FaultKind.KILL);
        };
    }
}
