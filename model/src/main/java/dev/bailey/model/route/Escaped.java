package dev.bailey.model.route;

/**
 * A copy of percent-escaped ASCII in which pieces are decoded in place; a piece whose escapes are broken, or give no UTF-8
 * (RFC 3629), stays as it came. Reused; grows with the longest text.
 */
final class Escaped {

    private static final byte[] DIGITS = digits();

    private byte[] original = {};
    private int begin;
    private byte[] bytes = {};
    private boolean isAscii;

    private static byte[] digits() {
        byte[] digits = new byte[128];
        for (int letter = 0; letter < digits.length; letter++) {
            digits[letter] = (byte) Character.digit(letter, 16);
        }
        return digits;
    }

    /** Copies a text to the beginning of the buffer, which is returned. */
    byte[] copy(byte[] text, int from, int to) {
        if (bytes.length < to - from) {
            bytes = new byte[Math.max(64, to - from)];
        }
        System.arraycopy(text, from, bytes, 0, to - from);
        original = text;
        begin = from;
        return bytes;
    }

    /** Decodes a piece, from its own beginning on, and returns where it ends then. */
    int decode(int from, int to) {
        int end = unescaped(from, to);
        if (end >= 0 && (isAscii || isUtf8(from, end))) {
            return end;
        }
        System.arraycopy(original, begin + from, bytes, from, to - from);
        return to;
    }

    private int unescaped(int from, int to) {
        int end = from;
        int bits = 0;
        for (int at = from; at < to; at++) {
            byte next = bytes[at];
            if (next == '%') {
                int high = at + 2 < to ? digit(bytes[at + 1]) : -1;
                int low = at + 2 < to ? digit(bytes[at + 2]) : -1;
                if (high < 0 || low < 0) {
                    return -1;
                }
                next = (byte) (high << 4 | low);
                at += 2;
            }
            bits |= next;
            bytes[end++] = next;
        }
        isAscii = bits >= 0;
        return end;
    }

    private static int digit(byte letter) {
        return letter < 0 ? -1 : DIGITS[letter];
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
