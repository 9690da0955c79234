package dev.bailey.model.spec;

import java.util.Optional;

/**
 * TLS towards clients. Paths are as written in the file, and relative to it.
 *
 * @param certificate PEM file of the certificate chain, the server's own first
 * @param key PEM file of its private key
 * @param clientCa PEM file of the authorities that clients' certificates come from; empty where clients show none
 * @param clientAuth {@code NONE} exactly where there is no {@code clientCa}
 * @param minVersion the oldest version spoken
 */
public record TlsSpec(
        String certificate, String key, Optional<String> clientCa, ClientAuth clientAuth, Version minVersion) {

    public TlsSpec {
        if (clientCa.isPresent() == (clientAuth == ClientAuth.NONE)) {
            throw new IllegalArgumentException("clientAuth " + clientAuth + " with clientCa " + clientCa
                    + " (expected both, or NONE without a clientCa)");
        }
    }

    /** Whether clients show a certificate. One that is shown is always checked. */
    public enum ClientAuth {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** A version of TLS. */
    public enum Version {
        TLS_1_2,
        TLS_1_3
    }
}
