package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * Tells services who asks: {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}, and {@code Forwarded} (RFC 7239) where it
 * is in use. What a client says about itself goes no further, unless it comes from a network that is declared as trusted; then
 * its lists are carried on with one entry more.
 */
final class Forwarding {

    private static final byte[] FOR = "X-Forwarded-For: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROTO = "X-Forwarded-Proto: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HOST = "X-Forwarded-Host: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FORWARDED = "Forwarded: ".getBytes(StandardCharsets.US_ASCII);
    private static final long LISTS = Known.bit(Known.X_FORWARDED_FOR) | Known.bit(Known.FORWARDED);
    private static final long ALL = LISTS | Known.bit(Known.X_FORWARDED_PROTO) | Known.bit(Known.X_FORWARDED_HOST);

    private Forwarding() {}

    /** Bits of the client's fields that are replaced or not believed. */
    static long dropped(Peer peer) {
        return peer.isTrusted() ? LISTS : ALL;
    }

    static void lines(Exchange exchange, ByteWriter out) {
        RequestHead head = exchange.head();
        Peer peer = exchange.peer();
        if (!peer.isTrusted()) {
            out.bytes(peer.forwarded());
            host(head, out);
            return;
        }
        out.bytes(FOR);
        list(head, Known.X_FORWARDED_FOR, out);
        out.ascii(peer.address()).crlf();
        if (head.has(Known.FORWARDED)) {
            out.bytes(FORWARDED);
            list(head, Known.FORWARDED, out);
            out.ascii(peer.element()).crlf();
        }
        if (!head.has(Known.X_FORWARDED_PROTO)) {
            out.bytes(PROTO).ascii(peer.isSecure() ? "https" : "http").crlf();
        }
        if (!head.has(Known.X_FORWARDED_HOST)) {
            host(head, out);
        }
    }

    private static void list(RequestHead head, int known, ByteWriter out) {
        for (int field = head.find(known, 0); field >= 0; field = head.find(known, field + 1)) {
            out.bytes(head.bytes(), head.valueFrom(field), head.valueTo(field)).ascii(", ");
        }
    }

    private static void host(RequestHead head, ByteWriter out) {
        int field = head.find(Known.HOST, 0);
        if (field >= 0) {
            out.bytes(HOST)
                    .bytes(head.bytes(), head.valueFrom(field), head.valueTo(field))
                    .crlf();
        }
    }
}
