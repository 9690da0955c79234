package dev.bailey.gateway.server;

import io.netty.handler.codec.http.HttpRequest;

/**
 * A request's head, strictly read: origin-form target, exactly one {@code Host} in HTTP/1.1, one way of framing.
 *
 * @param bodyLength bytes of the body; {@link #CHUNKED} when it says so itself
 * @param keepAlive whether the client wants to go on with the connection
 * @param expectsContinue whether it waits for {@code 100 Continue} before it sends the body
 */
record RequestHead(HttpRequest request, long bodyLength, boolean keepAlive, boolean expectsContinue) {

    static final long CHUNKED = -1;

    boolean hasBody() {
        return bodyLength != 0;
    }
}
