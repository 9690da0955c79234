package dev.bailey.gateway.http;

import java.nio.charset.StandardCharsets;

/**
 * The header fields a gateway has something to do with, as small numbers; every other field is {@link #OTHER}. Looked up by
 * length, first and last letter, then compared whole, in any case.
 */
public final class Known {

    public static final int OTHER = 0;
    public static final int HOST = 1;
    public static final int CONTENT_LENGTH = 2;
    public static final int TRANSFER_ENCODING = 3;
    public static final int CONNECTION = 4;
    public static final int KEEP_ALIVE = 5;
    public static final int PROXY_CONNECTION = 6;
    public static final int PROXY_AUTHENTICATE = 7;
    public static final int PROXY_AUTHORIZATION = 8;
    public static final int TE = 9;
    public static final int TRAILER = 10;
    public static final int UPGRADE = 11;
    public static final int HTTP2_SETTINGS = 12;
    public static final int EXPECT = 13;
    public static final int X_FORWARDED_FOR = 14;
    public static final int X_FORWARDED_PROTO = 15;
    public static final int X_FORWARDED_HOST = 16;
    public static final int FORWARDED = 17;
    public static final int X_REQUEST_ID = 18;
    public static final int TRACEPARENT = 19;
    public static final int TRACESTATE = 20;
    public static final int X_BAILEY_SIDE = 21;
    public static final int CONTENT_TYPE = 22;
    public static final int MAX_FORWARDS = 23;
    public static final int ACCEPT_ENCODING = 24;
    public static final int AUTHORIZATION = 25;
    public static final int COOKIE = 26;
    public static final int GRPC_TIMEOUT = 27;
    public static final int X_BAILEY_TIMEOUT_MS = 28;
    public static final int GRPC_STATUS = 29;
    public static final int RETRY_AFTER = 30;
    public static final int SET_COOKIE = 31;
    public static final int CONTENT_ENCODING = 32;
    public static final int DATE = 33;
    public static final int DEPRECATION = 34;
    public static final int SUNSET = 35;
    public static final int X_BAILEY_RELAYED = 36;

    /** A name that only resembles a field the gateway vouches for; it goes no further. */
    static final int DISGUISED = 62;

    private static final String[] NAMES = {
        "",
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "proxy-connection",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "upgrade",
        "http2-settings",
        "expect",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "forwarded",
        "x-request-id",
        "traceparent",
        "tracestate",
        "x-bailey-side",
        "content-type",
        "max-forwards",
        "accept-encoding",
        "authorization",
        "cookie",
        "grpc-timeout",
        "x-bailey-timeout-ms",
        "grpc-status",
        "retry-after",
        "set-cookie",
        "content-encoding",
        "date",
        "deprecation",
        "sunset",
        "x-bailey-relayed"
    };

    /** Fields of one connection (RFC 9110, 7.6.1), and what passes for one that must not go on. */
    public static final long HOP_BY_HOP = bit(CONNECTION)
            | bit(KEEP_ALIVE)
            | bit(PROXY_CONNECTION)
            | bit(PROXY_AUTHENTICATE)
            | bit(PROXY_AUTHORIZATION)
            | bit(TE)
            | bit(TRAILER)
            | bit(TRANSFER_ENCODING)
            | bit(UPGRADE)
            | bit(HTTP2_SETTINGS)
            | bit(DISGUISED);

    /**
     * What trailers must not carry (RFC 9110, 6.5.1): framing, routing, credentials, what the content is; and what the gateway
     * vouches for, because some services take trailers for header fields.
     */
    static final long NOT_IN_TRAILERS = HOP_BY_HOP
            | bit(HOST)
            | bit(CONTENT_LENGTH)
            | bit(EXPECT)
            | bit(MAX_FORWARDS)
            | bit(AUTHORIZATION)
            | bit(COOKIE)
            | bit(SET_COOKIE)
            | bit(CONTENT_TYPE)
            | bit(CONTENT_ENCODING)
            | bit(X_FORWARDED_FOR)
            | bit(X_FORWARDED_PROTO)
            | bit(X_FORWARDED_HOST)
            | bit(FORWARDED)
            | bit(X_REQUEST_ID)
            | bit(TRACEPARENT)
            | bit(TRACESTATE)
            | bit(X_BAILEY_SIDE)
            | bit(X_BAILEY_RELAYED)
            | bit(X_BAILEY_TIMEOUT_MS);

    private static final byte[][] BYTES = new byte[NAMES.length][];
    private static final int TABLE = 256;
    private static final byte[] SLOTS = new byte[TABLE];

    static {
        for (int id = 1; id < NAMES.length; id++) {
            byte[] name = NAMES[id].getBytes(StandardCharsets.US_ASCII);
            BYTES[id] = name;
            int slot = slot(name, 0, name.length);
            while (SLOTS[slot] != 0) {
                slot = (slot + 1) & (TABLE - 1);
            }
            SLOTS[slot] = (byte) id;
        }
    }

    private Known() {}

    /** The bit of a field in sets such as {@link #HOP_BY_HOP}. */
    public static long bit(int id) {
        return 1L << id;
    }

    /** The number of a name; {@link #OTHER} when it is none of these. */
    static int of(byte[] bytes, int from, int to) {
        int slot = slot(bytes, from, to);
        int id;
        while ((id = SLOTS[slot]) != 0) {
            if (isSame(BYTES[id], bytes, from, to)) {
                return id;
            }
            slot = (slot + 1) & (TABLE - 1);
        }
        return OTHER;
    }

    /** The number of a name; {@link #OTHER} when it is none of these. */
    public static int of(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length == 0 ? OTHER : of(bytes, 0, bytes.length);
    }

    static String name(int id) {
        return NAMES[id];
    }

    private static int slot(byte[] bytes, int from, int to) {
        int length = to - from;
        return (length * 37
                        + (bytes[from] | 0x20) * 11
                        + (bytes[to - 1] | 0x20) * 3
                        + (bytes[from + (length >> 1)] | 0x20))
                & (TABLE - 1);
    }

    /** @param lower a token in small letters */
    static boolean isSame(byte[] lower, byte[] bytes, int from, int to) {
        if (to - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if (lower[i] != Ascii.lower(bytes[from + i])) {
                return false;
            }
        }
        return true;
    }
}
