package dev.bailey.model.spec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a service is reached.
 *
 * @param addresses where to connect, in the order of the file; empty means the url's own host and port, at all the
 *     addresses its name has. The Host header and the name in TLS are the url's either way
 * @param http the version spoken to it
 * @param tls what differs from the usual TLS of an https url; empty means trust as this machine has it, and no
 *     certificate shown
 * @param connections most connections to one address; empty means {@link GatewaySpec#maxUpstreamConnections()}
 * @param warm connections kept open to each address; never above the most there may be
 */
public record ReachSpec(
        List<HostPort> addresses,
        HttpVersion http,
        Optional<Tls> tls,
        CheckSpec check,
        EjectSpec eject,
        OptionalInt connections,
        int warm) {

    public static final ReachSpec DEFAULTS = new ReachSpec(
            List.of(),
            HttpVersion.AUTO,
            Optional.empty(),
            CheckSpec.DEFAULTS,
            EjectSpec.DEFAULTS,
            OptionalInt.empty(),
            0);

    public ReachSpec {
        addresses = List.copyOf(addresses);
        if (warm < 0 || warm > connections.orElse(Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "warm " + warm + " (expected 0 to " + connections.orElse(Integer.MAX_VALUE) + ")");
        }
    }

    public ReachSpec withAddresses(HostPort... at) {
        return new ReachSpec(List.of(at), http, tls, check, eject, connections, warm);
    }

    public ReachSpec withHttp(HttpVersion version) {
        return new ReachSpec(addresses, version, tls, check, eject, connections, warm);
    }

    public ReachSpec withTls(Tls own) {
        return new ReachSpec(addresses, http, Optional.of(own), check, eject, connections, warm);
    }

    public ReachSpec withCheck(CheckSpec own) {
        return new ReachSpec(addresses, http, tls, own, eject, connections, warm);
    }

    public ReachSpec withEject(EjectSpec own) {
        return new ReachSpec(addresses, http, tls, check, own, connections, warm);
    }

    public ReachSpec withConnections(int most, int keptWarm) {
        return new ReachSpec(addresses, http, tls, check, eject, OptionalInt.of(most), keptWarm);
    }

    /** The version of HTTP spoken to a service. */
    public enum HttpVersion {
        /** Over https what ALPN agrees on, over http 1.1. */
        AUTO,
        HTTP_1_1,
        /** Over https by ALPN and nothing else; over http without an upgrade (h2c, prior knowledge). */
        HTTP_2
    }

    /**
     * TLS towards a service. Paths are as written in the file, and relative to it.
     *
     * @param ca PEM file of the authorities to trust instead of this machine's own
     * @param certificate PEM file of the certificate chain shown to the service; there exactly when {@code key} is
     * @param key PEM file of its private key
     * @param serverName the name asked for and checked, where it is not the url's host
     */
    public record Tls(
            Optional<String> ca, Optional<String> certificate, Optional<String> key, Optional<String> serverName) {
        public Tls {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException(
                        "certificate " + certificate + " with key " + key + " (expected both or neither)");
            }
        }
    }
}
