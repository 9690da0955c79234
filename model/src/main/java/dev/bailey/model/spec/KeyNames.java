package dev.bailey.model.spec;

import java.util.List;

/**
 * What the parts of a key are called, in the order in which keys are compared: fields of a document, or columns of a table.
 * Most keys have one part.
 */
public record KeyNames(List<String> names) {

    /** Most parts of one key. */
    public static final int MOST = 4;

    public KeyNames {
        names = List.copyOf(names);
        if (names.isEmpty() || names.size() > MOST) {
            throw new IllegalArgumentException(
                    "a key of " + names.size() + " parts: " + names + " (expected 1 to " + MOST + ")");
        }
    }

    public static KeyNames of(String... names) {
        return new KeyNames(List.of(names));
    }

    public int count() {
        return names.size();
    }

    public boolean isSingle() {
        return names.size() == 1;
    }

    /** As the file writes them. */
    @Override
    public String toString() {
        return isSingle() ? names.getFirst() : names.toString();
    }
}
