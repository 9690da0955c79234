package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import io.netty.util.NetUtil;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who asks in the end: the peer itself or, where the peer is believed, whom it names, and so on while those are believed too. That
 * is the right-most address of {@code X-Forwarded-For} (else of {@code Forwarded}, RFC 7239) that is not one of our own proxies.
 */
final class ClientAddress {

    private static final String FOR = "for=";

    private ClientAddress() {}

    static String of(RequestHead head, Peer peer) {
        if (!peer.isTrusted()) {
            return peer.address();
        }
        boolean list = head.has(Known.X_FORWARDED_FOR);
        String named = head.joined(list ? Known.X_FORWARDED_FOR : Known.FORWARDED);
        String known = peer.address();
        String[] hops = named.split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            String address = plain(list ? hops[i].strip() : forOf(hops[i]));
            byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
            if (address == null || bytes == null) {
                return known;
            }
            known = address;
            if (!peer.trust().mayForward(bytes)) {
                return known;
            }
        }
        return known;
    }

    private static String forOf(String hop) {
        for (String pair : hop.split(";", -1)) {
            String stripped = pair.strip();
            if (stripped.toLowerCase(Locale.ROOT).startsWith(FOR)) {
                return stripped.substring(FOR.length()).replace("\"", "");
            }
        }
        return "";
    }

    /** Without port and brackets; null when it is not an address. */
    private static @Nullable String plain(String text) {
        String address = text;
        if (address.startsWith("[")) {
            int end = address.indexOf(']');
            return end < 0 ? null : address.substring(1, end);
        }
        int colon = address.indexOf(':');
        if (colon >= 0 && colon == address.lastIndexOf(':')) {
            address = address.substring(0, colon);
        }
        return NetUtil.isValidIpV4Address(address) || NetUtil.isValidIpV6Address(address) ? address : null;
    }
}
