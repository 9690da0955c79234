package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.Text;
import dev.bailey.model.spec.SliceSpec;
import org.jspecify.annotations.Nullable;

/**
 * What routing sees of a request that came over the wire. Claims are not verified: they choose a route and never grant
 * anything.
 */
final class WireFacts implements RequestFacts {

    private final RequestHead head;
    private final Peer peer;
    private final Pins pins;
    private volatile byte @Nullable [] body;
    private volatile boolean bodyAtHand;

    WireFacts(RequestHead head, Peer peer, Pins pins) {
        this.head = head;
        this.pins = pins;
        this.peer = peer;
        this.bodyAtHand = !head.hasBody();
    }

    /** The body was looked at: it is at hand from now on, or, with null, it was too long to be held. */
    void bodyIs(byte @Nullable [] bytes) {
        body = bytes;
        bodyAtHand = true;
    }

    @Override
    public boolean hasBody() {
        return bodyAtHand;
    }

    @Override
    public void path(Text into) {
        into.set(head.bytes(), head.targetFrom(), head.pathTo());
    }

    @Override
    public void query(Text into) {
        into.set(head.bytes(), Math.min(head.pathTo() + 1, head.targetTo()), head.targetTo());
    }

    @Override
    public boolean header(String lowerCaseName, Text into) {
        int field = head.find(lowerCaseName);
        if (field < 0) {
            return false;
        }
        into.set(head.bytes(), head.valueFrom(field), head.valueTo(field));
        return true;
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        return head.path();
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
    public @Nullable Side pin(SliceSpec slice, Text by) {
        return pins.read(slice, by);
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
        return ClientAddress.of(head, peer);
    }
}
