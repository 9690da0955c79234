package dev.bailey.gateway.proxy;

import java.nio.charset.StandardCharsets;

/** Paths as text: equal spellings made one, and values written into a path. */
final class PathText {

    private static final String HEX = "0123456789ABCDEF";

    private PathText() {}

    /**
     * Decodes percent-encoded letters, digits and {@code -._~}, which mean the same either way (RFC 3986, 6.2.2.2), so that no
     * other spelling of a path passes by the route it belongs to.
     */
    static String unreservedDecoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        StringBuilder decoded = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            int value = c == '%' && i + 2 < path.length()
                    ? Character.digit(path.charAt(i + 1), 16) << 4 | Character.digit(path.charAt(i + 2), 16)
                    : -1;
            if (value > 0 && isUnreserved((char) value)) {
                decoded.append((char) value);
                i += 2;
            } else {
                decoded.append(c);
            }
        }
        return decoded.toString();
    }

    /** A value as one path segment. */
    static String encoded(String value) {
        StringBuilder encoded = new StringBuilder(value.length());
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isUnreserved(c) || "!$&'()*+,;=:@".indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
