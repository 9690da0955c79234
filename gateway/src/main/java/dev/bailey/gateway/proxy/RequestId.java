package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

    private final String prefixText;
    private final byte[] prefix;
    private long count;

    /** @param prefix unique text; a dash and a hexadecimal count follow it */
    public RequestId(String prefix) {
        this.prefixText = prefix + "-";
        this.prefix = prefixText.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The id its client gave a request, as the bytes of its header's value; null where there is none that is sane. */
    static byte @Nullable [] given(RequestHead head) {
        int field = head.find(Known.X_REQUEST_ID, 0);
        return field >= 0 && isSane(head.bytes(), head.valueFrom(field), head.valueTo(field))
                ? Arrays.copyOfRange(head.bytes(), head.valueFrom(field), head.valueTo(field))
                : null;
    }

    /** The number of a new id. */
    long next() {
        return ++count;
    }

    public String nextText() {
        return text(next());
    }

    /** The id of this number. */
    String text(long number) {
        return prefixText + Long.toHexString(number);
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

    /** The header's whole line, with the id a client gave. */
    static void line(byte[] given, ByteWriter out) {
        out.bytes(NAME).bytes(given).crlf();
    }

    /** The header's whole line, with the id of this number. */
    void line(long number, ByteWriter out) {
        out.bytes(NAME).bytes(prefix).hex(number).crlf();
    }
}
