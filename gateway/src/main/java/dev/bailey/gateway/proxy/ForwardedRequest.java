package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.upstream.Deadlines;
import dev.bailey.gateway.upstream.OutgoingRequest;
import dev.bailey.gateway.upstream.TurnLoop;
import dev.bailey.gateway.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The client's request in its own words: its head's bytes with the lines of this hop changed. {@code Host} is the side's,
 * framing is ours, ids and who asks are added. Used on the request's event loop.
 */
final class ForwardedRequest implements OutgoingRequest {

    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "Content-Length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UPGRADE = "Connection: Upgrade\r\nUpgrade: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLAIN = "Accept-Encoding: identity\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final long REPLACED = Known.bit(Known.HOST)
            | Known.bit(Known.EXPECT)
            | Known.bit(Known.X_REQUEST_ID)
            | Known.bit(Known.TRACEPARENT)
            | Known.bit(Known.X_BAILEY_RELAYED)
            | Known.bit(Known.X_BAILEY_TIMEOUT_MS);

    private final Exchange exchange;
    private final byte @Nullable [] body;
    private final long untilNanos;
    private final boolean told;
    private final boolean plain;
    private final @Nullable String keyName;
    private final @Nullable String keyValue;

    /**
     * @param body the whole body; null when it streams
     * @param untilNanos when the side's time is over, in {@code System.nanoTime()}
     * @param told whether it is told what of that is left when the head is written, and so is a call with a deadline of its own
     */
    ForwardedRequest(Exchange exchange, byte @Nullable [] body, long untilNanos, boolean told) {
        this(exchange, body, untilNanos, told, false, null, null);
    }

    /**
     * @param plain whether the answer must be readable here, so that no content coding is asked for
     * @param keyName the header that carries an idempotency key; null when there is none
     */
    ForwardedRequest(
            Exchange exchange,
            byte @Nullable [] body,
            long untilNanos,
            boolean told,
            boolean plain,
            @Nullable String keyName,
            @Nullable String keyValue) {
        this.exchange = exchange;
        this.body = body;
        this.untilNanos = untilNanos;
        this.told = told;
        this.plain = plain;
        this.keyName = keyName;
        this.keyValue = keyValue;
    }

    @Override
    public void writeHead(Upstream upstream, ByteWriter out) {
        RequestHead head = exchange.head();
        line(head, upstream, out);
        boolean carried = TraceContext.isCarried(head);
        head.copyTo(out, dropped(carried), keyValue == null ? null : keyName);
        frame(head, out);
        MaxForwards.line(head, out);
        Forwarding.lines(exchange, out);
        exchange.idLine(out);
        TraceContext.line(head, carried, exchange.lane().random(), out);
        if (told) {
            timeLeft(head, out);
        }
        if (plain) {
            out.bytes(PLAIN);
        }
        if (keyName != null && keyValue != null) {
            out.field(keyName, keyValue);
        }
        out.crlf();
    }

    private void timeLeft(RequestHead head, ByteWriter out) {
        long now = TurnLoop.now(exchange.lane().loop());
        CallerDeadline.line(out, exchange.callerLeavesNanos(untilNanos - now));
        long grpc = CallerDeadline.grpc(head);
        if (grpc != Deadlines.UNSAID) {
            CallerDeadline.grpcLine(out, Deadlines.left(exchange.startedNanos(), grpc, now));
        }
    }

    private static void line(RequestHead head, Upstream upstream, ByteWriter out) {
        byte[] bytes = head.bytes();
        String prefix = upstream.pathPrefix();
        if (prefix.isEmpty() || bytes[head.targetFrom()] == '*') {
            out.bytes(bytes, 0, head.targetTo());
        } else {
            out.ascii(head.method()).ascii(" ").ascii(prefix).bytes(bytes, head.targetFrom(), head.targetTo());
        }
        out.bytes(VERSION).bytes(upstream.hostLine());
    }

    private long dropped(boolean carried) {
        long dropped = REPLACED | Forwarding.dropped(exchange.peer());
        if (!carried) {
            dropped |= Known.bit(Known.TRACESTATE);
        }
        if (exchange.head().isMethod("OPTIONS")) {
            dropped |= Known.bit(Known.MAX_FORWARDS);
        }
        if (body != null) {
            dropped |= Known.bit(Known.CONTENT_LENGTH);
        }
        if (plain) {
            dropped |= Known.bit(Known.ACCEPT_ENCODING);
        }
        if (told && CallerDeadline.grpc(exchange.head()) != Deadlines.UNSAID) {
            dropped |= Known.bit(Known.GRPC_TIMEOUT);
        }
        return dropped;
    }

    private void frame(RequestHead head, ByteWriter out) {
        if (upgrades()) {
            int field = head.find(Known.UPGRADE, 0);
            out.bytes(UPGRADE)
                    .bytes(head.bytes(), head.valueFrom(field), head.valueTo(field))
                    .crlf();
        } else if (body == null) {
            if (isChunked()) {
                out.bytes(CHUNKED);
            }
        } else if (body.length > 0 || !head.isSafe()) {
            out.bytes(LENGTH).decimal(body.length).crlf();
        }
    }

    @Override
    public String method() {
        return exchange.head().method();
    }

    @Override
    public byte @Nullable [] wholeBody() {
        return body;
    }

    @Override
    public boolean isChunked() {
        return exchange.head().bodyLength() == RequestHead.CHUNKED;
    }

    @Override
    public boolean upgrades() {
        return keyName == null
                && exchange.head().upgrades(); // a write is answered, or its outcome would never be known
    }
}
