package dev.bailey.gateway.http;

import java.nio.charset.StandardCharsets;

/** Classes of bytes by RFC 9110, 5.6.2 and RFC 9112, as tables. */
final class Ascii {

    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] VALUE = new boolean[256];
    private static final boolean[] TARGET = new boolean[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            TOKEN[c] = letter || (c < 0x80 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
            VALUE[c] = (c >= 0x20 && c != 0x7f) || c == '\t';
            TARGET[c] = c > 0x20 && c < 0x7f && c != '#' && c != '\\';
        }
    }

    private Ascii() {}

    /** Whether a byte may stand in a token. */
    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    /** Whether a byte may stand in a field's value: no control character but the tab. */
    static boolean isValue(byte b) {
        return VALUE[b & 0xff];
    }

    /** Whether a byte may stand in a request target as it is. */
    static boolean isTarget(byte b) {
        return TARGET[b & 0xff];
    }

    static boolean isToken(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isToken(bytes[i])) {
                return false;
            }
        }
        return from < to;
    }

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
