package dev.bailey.gateway.proxy;

import dev.bailey.model.spec.TrustSpec;
import java.nio.charset.StandardCharsets;

/** Who is at the other end of a client's connection. Immutable; one for each connection. */
public final class Peer {

    private final String address;
    private final boolean secure;
    private final boolean trusted;
    private final TrustSpec trust;
    private final byte[] forwarded;

    /**
     * @param address of the client, without port
     * @param secure whether it came over TLS
     * @param trusted whether its {@code Forwarded} and {@code X-Forwarded-*} are believed
     * @param trust whom else to believe, of those its fields name
     */
    public Peer(String address, boolean secure, boolean trusted, TrustSpec trust) {
        this.trust = trust;
        this.address = address;
        this.secure = secure;
        this.trusted = trusted;
        this.forwarded = ("X-Forwarded-For: " + address + "\r\nX-Forwarded-Proto: " + (secure ? "https" : "http")
                        + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    public String address() {
        return address;
    }

    public boolean isTrusted() {
        return trusted;
    }

    public boolean isSecure() {
        return secure;
    }

    TrustSpec trust() {
        return trust;
    }

    /** This hop in {@code Forwarded} (RFC 7239, 4). */
    String element() {
        String node = address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address;
        return "for=" + node + ";proto=" + (secure ? "https" : "http");
    }

    /** The lines that tell a service who asks. */
    byte[] forwarded() {
        return forwarded;
    }
}
