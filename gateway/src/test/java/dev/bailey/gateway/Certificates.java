package dev.bailey.gateway;

import dev.bailey.model.spec.TlsSpec;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** An authority of its own and certificates it gave, made when a test runs. */
final class Certificates {

    final X509Bundle authority;

    Certificates() throws Exception {
        authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    X509Bundle server(String name) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .addSanDnsName(name)
                .addSanIpAddress("127.0.0.1")
                .addExtendedKeyUsageServerAuth()
                .buildIssuedBy(authority);
    }

    X509Bundle client(String name) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(authority);
    }

    /** Writes {@code cert.pem}, {@code key.pem} and {@code ca.pem}. */
    void write(X509Bundle bundle, Path folder) throws IOException {
        Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePathPEM());
        Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM());
        Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
    }

    static TlsSpec spec() {
        return spec(TlsSpec.ClientAuth.NONE);
    }

    static TlsSpec spec(TlsSpec.ClientAuth auth) {
        return new TlsSpec(
                "cert.pem",
                "key.pem",
                auth == TlsSpec.ClientAuth.NONE ? Optional.empty() : Optional.of("ca.pem"),
                auth,
                TlsSpec.Version.TLS_1_2);
    }

    /** What a client trusts, and shows where {@code own} is given. */
    SSLContext context(Optional<X509Bundle> own) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = null;
        if (own.isPresent()) {
            char[] password = "secret".toCharArray();
            KeyStore store = own.get().toKeyStore(password);
            keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
        }
        context.init(
                keys == null ? null : keys.getKeyManagers(), new TrustManager[] {authority.toTrustManager()}, null);
        return context;
    }
}
