package dev.bailey.datasync.store;

import java.util.List;

/**
 * What is worth knowing of a store that can be used.
 *
 * @param warnings what makes its use slow or uncertain, and what to do
 * @param unwritten columns of its tables that no field is written to, and that need no value
 */
public record Remarks(List<String> warnings, List<String> unwritten) {

    public static final Remarks NONE = new Remarks(List.of(), List.of());

    public Remarks {
        warnings = List.copyOf(warnings);
        unwritten = List.copyOf(unwritten);
    }
}
