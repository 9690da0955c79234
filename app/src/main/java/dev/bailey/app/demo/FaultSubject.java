package dev.bailey.app.demo;

import java.util.List;

/** What can have a fault, one at a time; faults of different subjects overlap. */
enum FaultSubject {
    GATEWAY("gateway", 3_000, 15_000, 15_000),
    LEGACY("legacy", 5_000, 20_000, FaultSubject.LATEST_LANDING_MS),
    MODERN("modern", 5_000, 20_000, FaultSubject.LATEST_LANDING_MS),
    CLIENTS_TO_GATEWAY("clients → gateway", 2_000, 10_000, 4_000),
    GATEWAY_TO_LEGACY("gateway → legacy", 1_500, 8_000, 4_000),
    GATEWAY_TO_MODERN("gateway → modern", 1_500, 8_000, 4_000),
    SLICE("slice", 1_500, 5_000, 4_000);

    /**
     * A paused service takes the requests in its sockets when it goes on. Nothing may land later than twice the slice's timeout
     * of 2 s: so much is asked of every service, and this stays a little below.
     */
    private static final int LATEST_LANDING_MS = 3_500;

    private final String words;
    private final int calmAtLeastMs;
    private final int calmAtMostMs;
    private final int longestMs;

    FaultSubject(String words, int calmAtLeastMs, int calmAtMostMs, int longestMs) {
        this.words = words;
        this.calmAtLeastMs = calmAtLeastMs;
        this.calmAtMostMs = calmAtMostMs;
        this.longestMs = longestMs;
    }

    String words() {
        return words;
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
            case CLIENTS_TO_GATEWAY, GATEWAY_TO_LEGACY, GATEWAY_TO_MODERN -> FaultKind.OF_LINKS;
            case SLICE -> List.of(FaultKind.FORWARD, FaultKind.FORWARD, FaultKind.BACK, FaultKind.RECONCILE);
        };
    }
}
