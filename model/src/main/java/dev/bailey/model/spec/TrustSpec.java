package dev.bailey.model.spec;

import java.util.List;

/**
 * Whose word about the client counts.
 *
 * @param proxyProtocol balancers that speak the PROXY protocol (v1 or v2) to us
 * @param forwarded proxies whose {@code Forwarded} and {@code X-Forwarded-*} headers are believed
 */
public record TrustSpec(List<Network> proxyProtocol, List<Network> forwarded) {

    public static final TrustSpec NOBODY = new TrustSpec(List.of(), List.of());

    public TrustSpec {
        proxyProtocol = List.copyOf(proxyProtocol);
        forwarded = List.copyOf(forwarded);
    }

    /**
     * Whether whoever connects from this address speaks the PROXY protocol.
     *
     * @param address four or sixteen bytes in network order
     */
    public boolean speaksProxyProtocol(byte[] address) {
        return among(proxyProtocol, address);
    }

    /** Whether forwarding headers are believed that come from this address: four or sixteen bytes in network order. */
    public boolean mayForward(byte[] address) {
        return among(forwarded, address);
    }

    private static boolean among(List<Network> networks, byte[] address) {
        for (int i = 0; i < networks.size(); i++) {
            if (networks.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }
}
