package dev.bailey.datasync.store;

import java.util.List;
import java.util.stream.Stream;

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

    /** With others behind them. */
    public Remarks and(Remarks others) {
        return new Remarks(
                Stream.concat(warnings.stream(), others.warnings.stream()).toList(),
                Stream.concat(unwritten.stream(), others.unwritten.stream()).toList());
    }
}
