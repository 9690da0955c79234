package dev.bailey.gateway.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Who computes TLS: BoringSSL where the machine has it, else the JDK. */
public final class TlsProvider {

    private TlsProvider() {}

    static SslProvider best() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    /** For the log. */
    public static String label() {
        return OpenSsl.isAvailable()
                ? OpenSsl.versionString()
                : "the JDK (BoringSSL is not there: " + OpenSsl.unavailabilityCause() + ")";
    }
}
