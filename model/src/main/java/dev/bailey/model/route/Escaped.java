package dev.bailey.model.route;

import dev.bailey.model.spec.ByteWords;
import java.util.Arrays;

/**
 * Pieces of percent-escaped ASCII decoded, one behind the other; a piece whose escapes are broken, or give no UTF-8 (RFC 3629), has
 * no decoded form. Reused; grows with the longest text.
 *
 * <p>Decoded bytes are gathered in a word and stored eight at once: they are read by words right afterwards, and a processor waits
 * where what it reads is still on its way to memory in several parts.
 */
final class Escaped {

    static final int BROKEN = -1;

    private static final int WORD = 8;
    private static final byte[] DIGITS = digits();

    private byte[] bytes = {};
    private int end;
    private boolean isAscii;

    private static byte[] digits() {
        byte[] digits = new byte[128];
        for (int letter = 0; letter < digits.length; letter++) {
            digits[letter] = (byte) Character.digit(letter, 16);
        }
        return digits;
    }

    /** Forgets all pieces. */
    void clear() {
        end = 0;
    }

    /** Where the pieces lie; another array once one was decoded for which there was no room. */
    byte[] bytes() {
        return bytes;
    }

    /** Where the pieces end, and the next one begins. */
    int end() {
        return end;
    }

    /** Decodes a piece of a text and returns where it ends; {@link #BROKEN} where it cannot be decoded. */
    int decode(byte[] text, int from, int to) {
        int room = end + to - from + 2 * WORD;
        if (bytes.length < room) {
            bytes = Arrays.copyOf(bytes, Math.max(128, 2 * room));
        }
        int after = gathered(text, from, to);
        if (after == BROKEN || !isAscii && !isUtf8(end, after)) {
            return BROKEN;
        }
        end = after;
        return after;
    }

    private int gathered(byte[] text, int from, int to) {
        int put = end;
        long held = 0;
        int shift = 0;
        int all = 0;
        for (int at = from; at < to; at++) {
            int next = text[at];
            if (next == '%') {
                next = at + 2 < to ? DIGITS[text[at + 1] & 0x7f] << 4 | DIGITS[text[at + 2] & 0x7f] : BROKEN;
                if (next < 0) {
                    return BROKEN;
                }
                at += 2;
            }
            all |= next;
            held |= (long) next << shift;
            shift += 8;
            if (shift == Long.SIZE) {
                ByteWords.put(bytes, put, held);
                put += WORD;
                held = 0;
                shift = 0;
            }
        }
        ByteWords.put(bytes, put, held);
        isAscii = all < 0x80;
        return put + (shift >> 3);
    }

    private boolean isUtf8(int from, int end) {
        int at = from;
        while (at < end) {
            int more = bytes[at] >= 0 ? 0 : continuing(at, end);
            if (more < 0) {
                return false;
            }
            at += 1 + more;
        }
        return true;
    }

    /** How many bytes go on with the one at a place; -1 where they are not as they must be. */
    private int continuing(int at, int end) {
        int first = bytes[at] & 0xff;
        int more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        if (first < 0xc2 || first > 0xf4 || end - at <= more) {
            return -1;
        }
        int second = bytes[at + 1] & 0xff;
        int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < least || second > most) {
            return -1;
        }
        for (int i = 2; i <= more; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return -1;
            }
        }
        return more;
    }
}
