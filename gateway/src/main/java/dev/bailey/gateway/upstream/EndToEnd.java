package dev.bailey.gateway.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Keeps the headers that are meant for the other end, and drops those of one connection (RFC 9110, 7.6.1) and framing. */
public final class EndToEnd {

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    private EndToEnd() {}

    /** Adds to {@code to} what is end-to-end in {@code from}; {@code Content-Length} counts as such. */
    public static void copy(HttpHeaders from, HttpHeaders to) {
        Set<String> named = namedByConnection(from);
        var headers = from.iteratorCharSequence();
        while (headers.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = headers.next();
            if (!isDropped(header.getKey(), named)) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    /** Whether a header of a request held whole may be sent on: not hop-by-hop, and not about this connection's framing. */
    public static boolean isSentOn(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !HOP_BY_HOP.contains(lower)
                && !lower.equals("host")
                && !lower.equals("content-length")
                && !lower.equals("expect");
    }

    private static boolean isDropped(CharSequence name, Set<String> named) {
        String lower = name.toString().toLowerCase(Locale.ROOT);
        return HOP_BY_HOP.contains(lower) || named.contains(lower);
    }

    private static Set<String> namedByConnection(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.CONNECTION)) {
            return Set.of();
        }
        Set<String> named = new HashSet<>();
        for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String token : value.split(",", -1)) {
                named.add(token.strip().toLowerCase(Locale.ROOT));
            }
        }
        // Framing is never the sender's to drop: the message would be read differently at the next hop.
        named.remove("content-length");
        named.remove("host");
        return named;
    }
}
