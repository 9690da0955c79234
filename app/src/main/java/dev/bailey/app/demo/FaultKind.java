package dev.bailey.app.demo;

import java.util.List;

/** What is done to a subject, and how long it may last. Times are drawn so that short ones are as frequent as long ones. */
enum FaultKind {
    KILL("kill -9, started again", 50, 2_000),
    PAUSE("SIGSTOP, SIGCONT", 100, 15_000),
    /** A node's time lasts 12 s where the slice's timeout is 2 s. */
    LONG_PAUSE("SIGSTOP, SIGCONT after its time", 13_000, 25_000),
    DELAY("delayed", 100, 4_000),
    BLACK_HOLE("black hole", 100, 4_000),
    LONG_BLACK_HOLE("black hole for longer than a node's time", 13_000, 25_000),
    CUT("cut", 1, 1),
    CUT_AFTER_REQUEST("cut after the request", 50, 1_500),
    REFUSE("refused", 100, 3_000),
    FORWARD("a step forward", 1, 1),
    BACK("a step back", 1, 1),
    RECONCILE("what is owed reconciled", 1, 1);

    /** The cut between a request and its answer is the one that tells most, and is drawn most. */
    static final List<FaultKind> OF_LINKS =
            List.of(DELAY, BLACK_HOLE, CUT, CUT_AFTER_REQUEST, CUT_AFTER_REQUEST, REFUSE);

    /** A commit whose answer is cut off may stand or not. */
    static final List<FaultKind> OF_LINKS_TO_THE_STORE =
            List.of(DELAY, BLACK_HOLE, LONG_BLACK_HOLE, LONG_BLACK_HOLE, CUT, CUT_AFTER_REQUEST, REFUSE);

    private final String words;
    private final int atLeastMs;
    private final int atMostMs;

    FaultKind(String words, int atLeastMs, int atMostMs) {
        this.words = words;
        this.atLeastMs = atLeastMs;
        this.atMostMs = atMostMs;
    }

    String words() {
        return words;
    }

    int atLeastMs() {
        return atLeastMs;
    }

    int atMostMs() {
        return atMostMs;
    }
}
