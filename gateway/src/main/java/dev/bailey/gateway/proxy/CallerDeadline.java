package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.upstream.Deadlines;
import java.nio.charset.StandardCharsets;

/**
 * How long a request's caller waits for its answer, by its own word: {@code grpc-timeout}, and from a trusted network {@code
 * X-Bailey-Timeout-Ms}, the shorter of both. It goes to services and keeps what is too late from being sent; what is sent is waited
 * for as the slice says, or a caller could make a side look as if it failed. Pure; times are in nanoseconds. Source: gRPC over
 * HTTP/2, "Timeout".
 */
final class CallerDeadline {

    private static final byte[] TIMEOUT = "X-Bailey-Timeout-Ms: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GRPC_TIMEOUT = "grpc-timeout: ".getBytes(StandardCharsets.US_ASCII);

    private CallerDeadline() {}

    /** {@link Deadlines#UNSAID} where the caller does not say, or says it in no way that can be read. */
    static long of(RequestHead head, boolean trusted) {
        long grpc = grpc(head);
        if (!trusted || !head.has(Known.X_BAILEY_TIMEOUT_MS)) {
            return grpc;
        }
        int field = head.find(Known.X_BAILEY_TIMEOUT_MS, 0);
        long millis = Deadlines.millis(head.bytes(), head.valueFrom(field), head.valueTo(field));
        return millis == Deadlines.UNSAID ? grpc : Deadlines.budget(millis, grpc);
    }

    static long grpc(RequestHead head) {
        if (!head.has(Known.GRPC_TIMEOUT)) {
            return Deadlines.UNSAID;
        }
        int field = head.find(Known.GRPC_TIMEOUT, 0);
        return Deadlines.grpc(head.bytes(), head.valueFrom(field), head.valueTo(field));
    }

    /** Tells the next one what is left. */
    static void line(ByteWriter out, long leftNanos) {
        out.bytes(TIMEOUT);
        Deadlines.millis(out, leftNanos);
        out.crlf();
    }

    /** Says a call's own deadline anew, from now on. */
    static void grpcLine(ByteWriter out, long leftNanos) {
        out.bytes(GRPC_TIMEOUT);
        Deadlines.grpc(out, leftNanos);
        out.crlf();
    }
}
