package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Ids of requests: a client's own where it is short and harmless in logs and headers, else new ones, unique by a prefix of their
 * event loop and a count. Used on one event loop.
 */
public final class RequestId {

    private static final int MAX = 128;
    private static final boolean[] SANE = new boolean[256];

    static {
        for (int c = 0; c < 128; c++) {
            SANE[c] = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._:+/=@".indexOf(c) >= 0;
        }
    }

    private final byte[] prefix;
    private long count;

    /** @param prefix unique text; a dash and a hexadecimal count follow it */
    public RequestId(String prefix) {
        this.prefix = (prefix + "-").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The id of a request, as the bytes of its header's value. */
    public byte[] of(RequestHead head) {
        int field = head.find(Known.X_REQUEST_ID, 0);
        if (field >= 0 && isSane(head.bytes(), head.valueFrom(field), head.valueTo(field))) {
            return Arrays.copyOfRange(head.bytes(), head.valueFrom(field), head.valueTo(field));
        }
        return next();
    }

    public byte[] next() {
        long number = ++count;
        int digits = Math.max(1, (67 - Long.numberOfLeadingZeros(number)) / 4);
        byte[] id = Arrays.copyOf(prefix, prefix.length + digits);
        for (int i = id.length - 1; i >= prefix.length; i--) {
            id[i] = (byte) Character.forDigit((int) (number & 15), 16);
            number >>>= 4;
        }
        return id;
    }

    public String nextText() {
        return new String(next(), StandardCharsets.ISO_8859_1);
    }

    private static boolean isSane(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!SANE[bytes[i] & 0xff]) {
                return false;
            }
        }
        return from < to && to - from <= MAX;
    }

    private static final byte[] NAME = "X-Request-Id: ".getBytes(StandardCharsets.US_ASCII);

    /** The header's whole line. */
    static void line(byte[] id, ByteWriter out) {
        out.bytes(NAME).bytes(id).crlf();
    }
}
