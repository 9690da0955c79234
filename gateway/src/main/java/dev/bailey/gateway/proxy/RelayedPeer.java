package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.model.spec.TrustSpec;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/**
 * What the process whose place was taken says of a client that is still connected to it: address and scheme, behind a token that
 * nobody else knows. Believed on connections of the relay only; on others the field is dropped.
 */
public final class RelayedPeer {

    private static final Pattern SPACE = Pattern.compile(" ");
    private static final String UNKNOWN = "unknown";

    private final byte[] token;
    private final TrustSpec trust;

    public RelayedPeer(String token, TrustSpec trust) {
        this.token = token.getBytes(StandardCharsets.US_ASCII);
        this.trust = trust;
    }

    static void line(Peer peer, String token, ByteWriter out) {
        out.ascii("X-Bailey-Relayed: ")
                .ascii(token)
                .ascii(peer.isSecure() ? " https " : " http ")
                .ascii(peer.address())
                .crlf();
    }

    /** @throws MalformedException when it does not come from the process whose place was taken */
    public Peer of(RequestHead head) throws MalformedException {
        String value = head.first(Known.X_BAILEY_RELAYED);
        String[] told = value == null ? new String[0] : SPACE.split(value);
        if (told.length != 3 || !MessageDigest.isEqual(told[0].getBytes(StandardCharsets.US_ASCII), token)) {
            throw new MalformedException(403, "this address is for the process whose place was taken");
        }
        boolean secure = told[1].equals("https");
        byte[] address = told[2].equals(UNKNOWN) ? null : NetUtil.createByteArrayFromIpAddressString(told[2]);
        return address == null
                ? new Peer(UNKNOWN, secure, false, trust)
                : new Peer(told[2], secure, trust.mayForward(address), trust);
    }
}
