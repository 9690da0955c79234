package dev.bailey.model.route;

import java.util.Arrays;

/**
 * Joins the parts of a request's key as {@link KeyParts} spells them, in a buffer of its own that grows with the longest key
 * and serves one request after another. Not thread-safe.
 */
final class JoinedKey {

    private byte[] bytes = {};
    private int length;

    void clear() {
        length = 0;
    }

    void add(Text part) {
        int room = length + 1 + 2 * part.length();
        if (bytes.length < room) {
            bytes = Arrays.copyOf(bytes, Math.max(64, 2 * room));
        }
        if (length > 0) {
            bytes[length++] = KeyParts.SEPARATOR;
        }
        for (int i = part.from(); i < part.to(); i++) {
            byte b = part.array()[i];
            switch (b) {
                case KeyParts.ESCAPE -> escape(KeyParts.FOR_ESCAPE);
                case KeyParts.SEPARATOR -> escape(KeyParts.FOR_SEPARATOR);
                default -> bytes[length++] = b;
            }
        }
    }

    private void escape(char letter) {
        bytes[length++] = KeyParts.ESCAPE;
        bytes[length++] = (byte) letter;
    }

    /** Lays a text over the key. */
    void show(Text into) {
        into.set(bytes, 0, length);
    }
}
