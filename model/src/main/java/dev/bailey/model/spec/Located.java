package dev.bailey.model.spec;

import java.util.List;

/**
 * A value of a migration file with the place it was written at. Lines and columns count from 1. Immutable; a part that
 * the file names twice (an alias) may stand at several places of the tree.
 */
public sealed interface Located {

    int line();

    int column();

    /**
     * A single value.
     *
     * @param text the value as text, quotes removed and secrets resolved
     * @param kind what the writing says it is
     * @param secret whether the text holds a resolved secret, and so is never shown
     */
    record Scalar(int line, int column, String text, Kind kind, boolean secret) implements Located {
        @Override
        public String toString() {
            return secret ? "(secret)" : text;
        }
    }

    /** A map, its entries in the order of the file; keys are unique. */
    record Mapping(int line, int column, List<Entry> entries) implements Located {
        public Mapping {
            entries = List.copyOf(entries);
        }
    }

    /** A list. */
    record Sequence(int line, int column, List<Located> items) implements Located {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** A key, with its own place, and its value. */
    record Entry(int line, int column, String key, Located value) {}

    /** What kind of scalar the writing makes it: quoted ones are always text. */
    enum Kind {
        TEXT,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        NULL
    }
}
