package dev.bailey.compare;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * The normalised shape of a difference: route, path with array indexes replaced by {@code *}, kind, and class of the values
 * where the kind has one. Two differences with the same text have the same cause until shown otherwise.
 */
public record Signature(String text) implements Comparable<Signature> {

    static Signature of(String route, String path, Kind kind, String valueClass) {
        String shape = route + " " + (path.isEmpty() ? "/" : path) + " " + kind.label();
        return new Signature(valueClass.isEmpty() ? shape : shape + " " + valueClass);
    }

    /** Short and stable, for addresses and links: eight hexadecimal digits. */
    public String id() {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    @Override
    public int compareTo(Signature other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }

    /** What is different at the path. */
    public enum Kind {
        /** The shadow lacks a member or element the served answer has. */
        MISSING,
        /** The shadow has one the served answer lacks. */
        EXTRA,
        /** Same type, other value. */
        CHANGED,
        /** Another type. */
        TYPE,
        /** Same elements in another order. */
        ORDER,
        STATUS,
        HEADER,
        MEDIA_TYPE,
        /** The body is not what its media type promises. */
        MALFORMED;

        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }
}
