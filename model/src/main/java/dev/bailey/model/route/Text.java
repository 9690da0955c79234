package dev.bailey.model.route;

import dev.bailey.model.spec.KeyHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reusable window on UTF-8 bytes: of a request's head, where the window lies over somebody else's array and holds only
 * while that array does, or of a string, which is encoded into a buffer of its own. Not thread-safe.
 */
public final class Text {

    private static final byte[] NONE = {};

    private byte[] array = NONE;
    private int from;
    private int to;
    private byte[] own = NONE;
    private @Nullable String string;

    /** Lays the window over bytes of an array; nothing is copied. */
    public void set(byte[] bytes, int begin, int end) {
        Objects.checkFromToIndex(begin, end, bytes.length);
        array = bytes;
        from = begin;
        to = end;
        string = null;
    }

    /** Takes the UTF-8 bytes of a string; allocates only to grow. A surrogate without its other half becomes three bytes. */
    public void set(String text) {
        int length = text.length();
        if (own.length < length) {
            own = new byte[Math.max(64, length)];
        }
        int i = 0;
        while (i < length && text.charAt(i) < 0x80) {
            own[i] = (byte) text.charAt(i);
            i++;
        }
        to = i == length ? length : encode(text, i);
        array = own;
        from = 0;
        string = text;
    }

    private int encode(String text, int ascii) {
        if (own.length < 3 * text.length()) {
            byte[] grown = new byte[3 * text.length()];
            System.arraycopy(own, 0, grown, 0, ascii);
            own = grown;
        }
        int at = ascii;
        for (int i = ascii; i < text.length(); ) {
            int code = text.codePointAt(i);
            i += Character.charCount(code);
            if (code < 0x80) {
                own[at++] = (byte) code;
                continue;
            }
            if (code < 0x800) {
                own[at++] = (byte) (0xc0 | code >> 6);
            } else {
                if (code < 0x1_0000) {
                    own[at++] = (byte) (0xe0 | code >> 12);
                } else {
                    own[at++] = (byte) (0xf0 | code >> 18);
                    own[at++] = (byte) (0x80 | code >> 12 & 0x3f);
                }
                own[at++] = (byte) (0x80 | code >> 6 & 0x3f);
            }
            own[at++] = (byte) (0x80 | code & 0x3f);
        }
        return at;
    }

    /** Narrows the window to a part of itself, given as places in {@link #array()}. */
    void narrow(int begin, int end) {
        from = begin;
        to = end;
        string = null;
    }

    public byte[] array() {
        return array;
    }

    public int from() {
        return from;
    }

    /** The place after the last byte. */
    public int to() {
        return to;
    }

    public int length() {
        return to - from;
    }

    public boolean isEmpty() {
        return from == to;
    }

    public boolean isAscii() {
        int bits = 0;
        for (int i = from; i < to; i++) {
            bits |= array[i];
        }
        return bits >= 0;
    }

    /** The {@link KeyHash} of the bytes in the window. */
    long hash() {
        return KeyHash.of(array, from, to);
    }

    /** Whether the window shows these bytes. */
    public boolean shows(byte[] bytes) {
        return Arrays.equals(array, from, to, bytes, 0, bytes.length);
    }

    @Override
    public String toString() {
        String known = string;
        return known != null ? known : new String(array, from, to - from, StandardCharsets.UTF_8);
    }
}
