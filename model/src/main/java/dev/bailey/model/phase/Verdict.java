package dev.bailey.model.phase;

import java.util.Locale;

/**
 * What a gate says. No data is {@code INCONCLUSIVE}, never a pass; {@code ERROR} means the metric could not be had. Only
 * {@code FAIL} may move a slice back by itself; the other two hold.
 */
public enum Verdict {
    PASS,
    FAIL,
    INCONCLUSIVE,
    ERROR;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
