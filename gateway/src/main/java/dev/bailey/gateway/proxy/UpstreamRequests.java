package dev.bailey.gateway.proxy;

import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.EndToEnd;
import dev.bailey.gateway.upstream.Upstream;
import dev.bailey.gateway.upstream.UpstreamCall;
import dev.bailey.model.write.Header;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/** Writes the requests that go to a side: end-to-end headers, forwarding headers, and framing of our own making. */
final class UpstreamRequests {

    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";
    private static final String HOST = "X-Forwarded-Host";
    private static final String REQUEST_ID = "X-Request-Id";

    private UpstreamRequests() {}

    /** A request whose body follows, framed as the client framed it. */
    static HttpRequest streaming(Exchange exchange, Upstream upstream) {
        HttpRequest came = exchange.request();
        HttpHeaders headers = new DefaultHttpHeaders();
        EndToEnd.copy(came.headers(), headers);
        if (!headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        forward(exchange, upstream, headers);
        return new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, came.method(), upstream.pathPrefix() + exchange.target(), headers);
    }

    /** A whole request in the client's own words. */
    static HttpRequest whole(Exchange exchange, Upstream upstream, byte[] body) {
        HttpHeaders headers = new DefaultHttpHeaders();
        EndToEnd.copy(exchange.request().headers(), headers);
        return whole(exchange, upstream, exchange.request().method(), exchange.target(), headers, body);
    }

    /** A whole request that was turned into the side's contract. */
    static HttpRequest translated(Exchange exchange, Upstream upstream, BufferedRequest request) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (Header header : request.headers()) {
            if (EndToEnd.isSentOn(header.name())) {
                headers.add(header.name(), header.value());
            }
        }
        return whole(
                exchange, upstream, HttpMethod.valueOf(request.method()), request.target(), headers, request.body());
    }

    private static HttpRequest whole(
            Exchange exchange, Upstream upstream, HttpMethod method, String target, HttpHeaders headers, byte[] body) {
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        if (body.length > 0 || !UpstreamCall.isSafe(method)) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        forward(exchange, upstream, headers);
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                method,
                upstream.pathPrefix() + target,
                body.length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body),
                headers,
                EmptyHttpHeaders.INSTANCE);
    }

    private static void forward(Exchange exchange, Upstream upstream, HttpHeaders headers) {
        String clientHost = exchange.request().headers().get(HttpHeaderNames.HOST);
        headers.remove(HttpHeaderNames.EXPECT);
        headers.set(HttpHeaderNames.HOST, upstream.authority());
        String before = String.join(", ", headers.getAll(FOR));
        headers.set(FOR, before.isEmpty() ? exchange.clientAddress() : before + ", " + exchange.clientAddress());
        if (!headers.contains(PROTO)) {
            headers.set(PROTO, "http");
        }
        if (clientHost != null && !headers.contains(HOST)) {
            headers.set(HOST, clientHost);
        }
        headers.set(REQUEST_ID, exchange.requestId());
        TraceContext.pass(headers, exchange.lane().random());
    }

    /** The answer must be readable here, so no content coding is asked for. */
    static void askPlain(HttpRequest request) {
        request.headers().set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
    }
}
