package dev.bailey.journal.postgres;

/** Conditions that indexes and queries must write the same way. */
final class Tabled {

    /** The states that are not final. */
    static final String OPEN = "r.state in (0, 1, 3, 5)";

    /** An applied record without a follower. */
    static final String GAP = "r.state = 1 and r.follower is null";

    private Tabled() {}
}
