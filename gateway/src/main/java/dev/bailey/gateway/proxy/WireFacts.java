package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.model.route.RequestFacts;
import org.jspecify.annotations.Nullable;

/**
 * What routing sees of a request that came over the wire. Claims are not verified: they choose a route and never grant
 * anything.
 */
final class WireFacts implements RequestFacts {

    private final RequestHead head;
    private final String clientAddress;
    private volatile byte @Nullable [] body;

    WireFacts(RequestHead head, String clientAddress) {
        this.head = head;
        this.clientAddress = clientAddress;
    }

    /** The whole body is at hand from now on. */
    void bodyIs(byte[] bytes) {
        body = bytes;
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        return PathText.unreservedDecoded(head.path());
    }

    @Override
    public String query() {
        return head.query();
    }

    @Override
    public @Nullable String header(String name) {
        return head.first(name);
    }

    @Override
    public @Nullable String claim(String name) {
        return JsonValues.claim(head.first(Known.AUTHORIZATION), name);
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
