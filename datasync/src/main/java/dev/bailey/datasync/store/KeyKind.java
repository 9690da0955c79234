package dev.bailey.datasync.store;

import dev.bailey.model.route.EntityKey;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a slice's keys are, and so how they are ordered: integers by value, text by its UTF-8 bytes. Both sides of a slice
 * have the same kind, or their ranges could not be held against each other.
 */
public enum KeyKind {
    /** Whole numbers of 64 bits, spelled in decimal without leading zeros. */
    INTEGER {
        @Override
        public Comparator<EntityKey> order() {
            return Comparator.comparingLong(key -> Long.parseLong(key.value()));
        }

        @Override
        public Optional<EntityKey> canonical(EntityKey key) {
            try {
                return Optional.of(new EntityKey(Long.toString(Long.parseLong(key.value()))));
            } catch (NumberFormatException notAKeyOfThisSlice) {
                return Optional.empty();
            }
        }
    },
    /** Text, compared byte by byte in UTF-8 ({@code collate "C"}, SQLite's {@code BINARY}). */
    TEXT {
        @Override
        public Comparator<EntityKey> order() {
            return (a, b) -> compareCodePoints(a.value(), b.value());
        }

        @Override
        public Optional<EntityKey> canonical(EntityKey key) {
            return Optional.of(key);
        }
    },
    /** UUIDs, spelled with small letters, and so ordered as text; a client may spell them otherwise. */
    UUID {
        private static final Pattern ANY_CASE =
                Pattern.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

        @Override
        public Comparator<EntityKey> order() {
            return TEXT.order();
        }

        @Override
        public Optional<EntityKey> canonical(EntityKey key) {
            return ANY_CASE.matcher(key.value()).matches()
                    ? Optional.of(new EntityKey(key.value().toLowerCase(Locale.ROOT)))
                    : Optional.empty();
        }
    };

    /** The order of both stores; only for keys in their canonical spelling. */
    public abstract Comparator<EntityKey> order();

    /** The spelling the stores use for a key; empty when no entity of this slice can have it. */
    public abstract Optional<EntityKey> canonical(EntityKey key);

    /** Whether keys of both kinds can be held against each other: UUIDs are texts. */
    public boolean isAs(KeyKind other) {
        return this == other || (this != INTEGER && other != INTEGER);
    }

    /** Lower-case name for messages. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The order of code points is the order of their UTF-8 bytes; Java's own is that of UTF-16 units. */
    private static int compareCodePoints(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int left = a.codePointAt(i);
            int right = b.codePointAt(j);
            if (left != right) {
                return Integer.compare(left, right);
            }
            i += Character.charCount(left);
            j += Character.charCount(right);
        }
        return Integer.compare(a.length() - i, b.length() - j);
    }
}
