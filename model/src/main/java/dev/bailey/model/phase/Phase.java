package dev.bailey.model.phase;

/** Where a slice stands on the fixed, ordered path. What each phase means is in {@link PhaseTable}. */
public enum Phase {
    LEGACY_ONLY(1),
    DUAL_WRITE(2),
    BACKFILL(3),
    RECONCILE(4),
    SHADOW_READ(5),
    READ_CUTOVER(6),
    WRITE_CUTOVER(7),
    LEGACY_OFF(8),
    RETIRED(9);

    private final int number;

    Phase(int number) {
        this.number = number;
    }

    /** The phase's number in the table, 1 to 9. */
    public int number() {
        return number;
    }

    public boolean isAtLeast(Phase other) {
        return compareTo(other) >= 0;
    }

    public boolean isBefore(Phase other) {
        return compareTo(other) < 0;
    }
}
