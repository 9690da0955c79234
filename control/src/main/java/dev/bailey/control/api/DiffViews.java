package dev.bailey.control.api;

import java.util.List;
import java.util.Optional;

/** What the API needs of the comparisons. Thread-safe. */
public interface DiffViews {

    /** Signatures, most frequent first. */
    List<DiffView> list(Optional<String> slice);

    /** One signature with its kept instances, redacted. */
    Optional<DiffDetailView> find(String id);

    /** Totals of a slice since its counting began. */
    Totals totals(String slice);

    /**
     * @param compared answers compared
     * @param lost comparisons that could not be made, by cause
     */
    record Totals(long compared, java.util.Map<String, Long> lost) {
        public static final Totals NONE = new Totals(0, java.util.Map.of());

        public Totals {
            lost = java.util.Map.copyOf(lost);
        }
    }
}
