package dev.bailey.datasync.store;

import java.util.Locale;

/** What a field's values are in the canonical form, as far as its declaration or its rows tell. */
public enum FieldKind {
    NUMBER,
    TEXT,
    TRUTH,
    /** A time without a zone: a text without {@code Z}. */
    TIME,
    /** A moment: a text that ends in {@code Z}. */
    MOMENT,
    LIST,
    /** It may be anything, JSON for one; nothing is said of it. */
    ANY;

    /** Whether values of the two can be equal. A text may be written as a time is. */
    public boolean agrees(FieldKind other) {
        if (this == other || this == ANY || other == ANY) {
            return true;
        }
        return this == TEXT && other.isTime() || other == TEXT && isTime();
    }

    private boolean isTime() {
        return this == TIME || this == MOMENT;
    }

    public String label() {
        return switch (this) {
            case TIME -> "time without zone";
            case MOMENT -> "moment (time with zone)";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }
}
