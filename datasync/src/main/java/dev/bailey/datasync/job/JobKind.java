package dev.bailey.datasync.job;

import java.util.Locale;

/** The kinds of long work on a slice's data. */
public enum JobKind {
    BACKFILL,
    RECONCILE;

    /** Lower-case name for display. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
