package dev.bailey.gateway.upstream;

import java.util.Locale;
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

    /** Whether a header of a request held whole may be sent on: not hop-by-hop, and not about this connection's framing. */
    public static boolean isSentOn(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !HOP_BY_HOP.contains(lower)
                && !lower.equals("host")
                && !lower.equals("content-length")
                && !lower.equals("expect");
    }
}
