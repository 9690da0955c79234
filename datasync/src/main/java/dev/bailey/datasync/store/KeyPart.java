package dev.bailey.datasync.store;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What one part of a slice's keys is, and so how it is ordered. */
public enum KeyPart {
    /** Whole numbers of 64 bits, spelled in decimal without leading zeros. */
    INTEGER {
        @Override
        Comparator<String> order() {
            return Comparator.comparingLong(Long::parseLong);
        }

        @Override
        Optional<String> canonical(String part) {
            try {
                return Optional.of(Long.toString(Long.parseLong(part)));
            } catch (NumberFormatException notAPartOfThisKind) {
                return Optional.empty();
            }
        }
    },
    /** Text, compared byte by byte in UTF-8 ({@code collate "C"}, SQLite's {@code BINARY}). */
    TEXT {
        @Override
        Comparator<String> order() {
            return KeyPart::compareCodePoints;
        }

        @Override
        Optional<String> canonical(String part) {
            return Optional.of(part);
        }
    },
    /** UUIDs, spelled with small letters, and so ordered as text; a client may spell them otherwise. */
    UUID {
        private static final Pattern ANY_CASE =
                Pattern.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

        @Override
        Comparator<String> order() {
            return TEXT.order();
        }

        @Override
        Optional<String> canonical(String part) {
            return ANY_CASE.matcher(part).matches() ? Optional.of(part.toLowerCase(Locale.ROOT)) : Optional.empty();
        }
    };

    /** The order of both stores; only for parts in their canonical spelling. */
    abstract Comparator<String> order();

    /** The spelling the stores use for a part; empty when none of this kind can be meant. */
    abstract Optional<String> canonical(String part);

    /** Whether parts of both kinds can be held against each other: UUIDs are texts. */
    boolean isAs(KeyPart other) {
        return this == other || (this != INTEGER && other != INTEGER);
    }

    /** What parts of both kinds are together: a text may spell UUIDs in any way. */
    KeyPart with(KeyPart other) {
        return this == other ? this : TEXT;
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
