package dev.bailey.gateway.http;

import java.nio.charset.StandardCharsets;

/** Method names as shared objects. */
public final class Methods {

    private static final String[] USUAL = {
        "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "QUERY"
    };
    private static final byte[][] BYTES = new byte[USUAL.length][];

    static {
        for (int i = 0; i < USUAL.length; i++) {
            BYTES[i] = USUAL[i].getBytes(StandardCharsets.US_ASCII);
        }
    }

    private Methods() {}

    static String of(byte[] bytes, int from, int to) {
        for (int i = 0; i < BYTES.length; i++) {
            byte[] usual = BYTES[i];
            if (usual.length == to - from && usual[0] == bytes[from] && isSame(usual, bytes, from)) {
                return USUAL[i];
            }
        }
        return Ascii.text(bytes, from, to);
    }

    private static boolean isSame(byte[] usual, byte[] bytes, int from) {
        for (int i = 1; i < usual.length; i++) {
            if (usual[i] != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }

    /** Methods that change nothing by definition (RFC 9110, 9.2.1). */
    public static boolean isSafe(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
            default -> false;
        };
    }
}
