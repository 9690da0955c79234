package dev.bailey.gateway.proxy;

import dev.bailey.model.route.RequestFacts;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * What routing sees of a request that came over the wire. Reads the request's headers, so they must not change any more.
 * Claims are not verified: they choose a route and never grant anything.
 */
final class WireFacts implements RequestFacts {

    private final HttpRequest request;
    private final String path;
    private final String query;
    private final String clientAddress;
    private volatile byte @Nullable [] body;

    WireFacts(HttpRequest request, String clientAddress) {
        this.request = request;
        this.clientAddress = clientAddress;
        String target = request.uri();
        int question = target.indexOf('?');
        this.path = PathText.unreservedDecoded(question < 0 ? target : target.substring(0, question));
        this.query = question < 0 ? "" : target.substring(question + 1);
    }

    /** The whole body is at hand from now on. */
    void bodyIs(byte[] bytes) {
        body = bytes;
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String query() {
        return query;
    }

    @Override
    public @Nullable String header(String name) {
        return request.headers().get(name);
    }

    @Override
    public @Nullable String claim(String name) {
        return JsonValues.claim(request.headers().get(HttpHeaderNames.AUTHORIZATION), name);
    }

    @Override
    public @Nullable String body(String pointer) {
        byte[] known = body;
        return known == null ? null : JsonValues.at(known, pointer);
    }

    @Override
    public String clientAddress() {
        return clientAddress;
    }
}
