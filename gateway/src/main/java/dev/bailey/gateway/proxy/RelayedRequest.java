package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.upstream.OutgoingRequest;
import dev.bailey.gateway.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The client's request as it came, for the process that took over; only framing is ours. Used on the request's event loop. */
final class RelayedRequest implements OutgoingRequest {

    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "Content-Length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UPGRADE = "Connection: Upgrade\r\nUpgrade: ".getBytes(StandardCharsets.US_ASCII);

    private static final long REPLACED =
            Known.bit(Known.EXPECT) | Known.bit(Known.X_REQUEST_ID) | Known.bit(Known.X_BAILEY_RELAYED);

    private final Exchange exchange;
    private final byte @Nullable [] body;
    private final String token;

    RelayedRequest(Exchange exchange, byte @Nullable [] body, String token) {
        this.exchange = exchange;
        this.body = body;
        this.token = token;
    }

    @Override
    public void writeHead(Upstream upstream, ByteWriter out) {
        RequestHead head = exchange.head();
        out.bytes(head.bytes(), 0, head.targetTo()).bytes(VERSION);
        if (!head.has(Known.HOST)) { // as HTTP/1.0 may come
            out.ascii("Host: \r\n");
        }
        head.copyTo(out, body == null ? REPLACED : REPLACED | Known.bit(Known.CONTENT_LENGTH));
        if (head.upgrades()) {
            int field = head.find(Known.UPGRADE, 0);
            out.bytes(UPGRADE)
                    .bytes(head.bytes(), head.valueFrom(field), head.valueTo(field))
                    .crlf();
        }
        if (body != null && (body.length > 0 || !head.isSafe())) {
            out.bytes(LENGTH).decimal(body.length).crlf();
        } else if (body == null && isChunked()) {
            out.bytes(CHUNKED);
        }
        exchange.idLine(out);
        RelayedPeer.line(exchange.peer(), token, out);
        out.crlf();
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
        return exchange.head().upgrades();
    }
}
