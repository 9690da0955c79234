package dev.bailey.gateway.proxy;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** W3C trace context (version 00): keeps the caller's trace with a new span, or begins one. */
final class TraceContext {

    private static final String PARENT = "traceparent";
    private static final String STATE = "tracestate";
    private static final int LENGTH = 55;
    private static final int TRACE_END = 35;

    private TraceContext() {}

    static void pass(HttpHeaders headers, SplittableRandom random) {
        String came = headers.get(PARENT);
        String span = hex(nonZero(random));
        if (came != null && isValid(came)) {
            headers.set(PARENT, came.substring(0, TRACE_END) + "-" + span + came.substring(52, LENGTH));
        } else {
            headers.remove(STATE);
            headers.set(PARENT, "00-" + hex(nonZero(random)) + hex(random.nextLong()) + "-" + span + "-01");
        }
    }

    static boolean isValid(@Nullable String parent) {
        return parent != null
                && parent.length() == LENGTH
                && parent.startsWith("00-")
                && parent.charAt(TRACE_END) == '-'
                && parent.charAt(52) == '-'
                && isHex(parent, 3, TRACE_END)
                && isHex(parent, 36, 52)
                && isHex(parent, 53, LENGTH);
    }

    private static boolean isHex(String text, int from, int to) {
        boolean zero = true;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
            zero &= c == '0';
        }
        return !zero || to == LENGTH; // ids of zeros are not ids; flags may be zero
    }

    private static long nonZero(SplittableRandom random) {
        long value = random.nextLong();
        return value == 0 ? 1 : value;
    }

    private static String hex(long value) {
        return HexFormat.of().toHexDigits(value);
    }
}
