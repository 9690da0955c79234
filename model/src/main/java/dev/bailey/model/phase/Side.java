package dev.bailey.model.phase;

import java.util.Locale;

/** One of the two services a migration crosses between. */
public enum Side {
    LEGACY,
    MODERN;

    public Side other() {
        return this == LEGACY ? MODERN : LEGACY;
    }

    /** The lower-case name used in headers, metrics, JSON and the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
