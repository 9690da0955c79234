package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** W3C trace context (version 00): keeps the caller's trace with a new span, or begins one. Stateless. */
final class TraceContext {

    private static final byte[] PARENT = "traceparent: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION = "00-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DASH = {'-'};
    private static final byte[] SAMPLED = "-01".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTH = 55;
    private static final int TRACE_END = 35;
    private static final int SPAN_END = 52;

    private TraceContext() {}

    /** Whether the request carries a trace that goes on; if not, its {@code tracestate} means nothing. */
    static boolean isCarried(RequestHead head) {
        int field = head.find(Known.TRACEPARENT, 0);
        return field >= 0
                && head.valueTo(field) - head.valueFrom(field) == LENGTH
                && isValid(head.bytes(), head.valueFrom(field));
    }

    /** The line for the next hop. */
    static void line(RequestHead head, boolean carried, SplittableRandom random, ByteWriter out) {
        out.bytes(PARENT);
        if (carried) {
            int from = head.valueFrom(head.find(Known.TRACEPARENT, 0));
            out.bytes(head.bytes(), from, from + TRACE_END + 1).hex16(nonZero(random));
            out.bytes(head.bytes(), from + SPAN_END, from + LENGTH).crlf();
        } else {
            out.bytes(VERSION).hex16(nonZero(random)).hex16(random.nextLong()).bytes(DASH);
            out.hex16(nonZero(random)).bytes(SAMPLED).crlf();
        }
    }

    private static boolean isValid(byte[] bytes, int from) {
        return bytes[from] == '0'
                && bytes[from + 1] == '0'
                && bytes[from + 2] == '-'
                && bytes[from + TRACE_END] == '-'
                && bytes[from + SPAN_END] == '-'
                && isHex(bytes, from + 3, from + TRACE_END, false)
                && isHex(bytes, from + TRACE_END + 1, from + SPAN_END, false)
                && isHex(bytes, from + SPAN_END + 1, from + LENGTH, true);
    }

    /** Ids of zeros are not ids; flags may be zero. */
    private static boolean isHex(byte[] bytes, int from, int to, boolean mayBeZero) {
        boolean zero = true;
        for (int i = from; i < to; i++) {
            byte c = bytes[i];
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
            zero &= c == '0';
        }
        return mayBeZero || !zero;
    }

    private static long nonZero(SplittableRandom random) {
        long value = random.nextLong();
        return value == 0 ? 1 : value;
    }
}
