package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Methods;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.EndToEnd;
import dev.bailey.gateway.upstream.OutgoingRequest;
import dev.bailey.gateway.upstream.Upstream;
import dev.bailey.model.write.Header;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A whole request that was turned into a side's contract. Used on the request's event loop.
 *
 * @param untilNanos when the side's time is over, in {@code System.nanoTime()}; it is told what of that is left
 */
record TranslatedRequest(Exchange exchange, BufferedRequest request, Optional<Header> idempotencyKey, long untilNanos)
        implements OutgoingRequest {

    private static final Set<String> OURS =
            Set.of("x-request-id", "traceparent", "x-forwarded-for", "accept-encoding", "x-bailey-timeout-ms");

    @Override
    public void writeHead(Upstream upstream, ByteWriter out) {
        out.ascii(request.method()).ascii(" ").ascii(upstream.pathPrefix()).ascii(request.target());
        out.ascii(" HTTP/1.1\r\n").bytes(upstream.hostLine());
        boolean carried = TraceContext.isCarried(exchange.head());
        for (Header header : request.headers()) {
            if (EndToEnd.isSentOn(header.name()) && !isReplaced(header.name(), carried)) {
                out.field(header.name(), header.value());
            }
        }
        if (request.body().length > 0 || !Methods.isSafe(request.method())) {
            out.ascii("Content-Length: ").decimal(request.body().length).crlf();
        }
        Forwarding.lines(exchange, out);
        exchange.idLine(out);
        TraceContext.line(exchange.head(), carried, exchange.lane().random(), out);
        out.ascii("Accept-Encoding: identity\r\n"); // the answer must be readable here
        CallerDeadline.line(out, exchange.callerLeavesNanos(untilNanos - System.nanoTime()));
        idempotencyKey.ifPresent(key -> out.field(key.name(), key.value()));
        out.crlf();
    }

    private boolean isReplaced(String name, boolean carried) {
        String lower = name.toLowerCase(Locale.ROOT);
        return OURS.contains(lower)
                || (lower.equals("tracestate") && !carried)
                || idempotencyKey
                        .filter(key -> key.name().equalsIgnoreCase(name))
                        .isPresent();
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public byte[] wholeBody() {
        return request.body();
    }

    @Override
    public boolean isChunked() {
        return false;
    }
}
