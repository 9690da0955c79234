package dev.bailey.gateway.tls;

import dev.bailey.model.spec.ReachSpec;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS towards a service: whom we trust and what we show. The service's name is always checked. Immutable. */
public final class ClientTls {

    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");
    private static final char[] IN_MEMORY = "in memory only".toCharArray();

    private final @Nullable List<X509Certificate> trusted;
    private final @Nullable Credentials own;

    private ClientTls(@Nullable List<X509Certificate> trusted, @Nullable Credentials own) {
        this.trusted = trusted;
        this.own = own;
    }

    /**
     * Reads the files.
     *
     * @param folder what the paths are relative to
     * @throws IllegalArgumentException with the file's name when one cannot be used
     */
    public static ClientTls of(Optional<ReachSpec.Tls> spec, Path folder) {
        List<X509Certificate> trusted = spec.flatMap(ReachSpec.Tls::ca)
                .map(ca -> Credentials.certificates(folder.resolve(ca)))
                .orElse(null);
        Credentials own = spec.flatMap(ReachSpec.Tls::certificate)
                .map(certificate -> Credentials.read(
                        folder.resolve(certificate),
                        folder.resolve(spec.flatMap(ReachSpec.Tls::key).orElseThrow())))
                .orElse(null);
        return new ClientTls(trusted, own);
    }

    /**
     * For connections of the gateway.
     *
     * @param protocols what ALPN offers, in order of preference; none offers nothing
     */
    public SslContext context(String... protocols) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(TlsProvider.best())
                .protocols(VERSIONS)
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .endpointIdentificationAlgorithm("HTTPS");
        if (trusted != null) {
            builder.trustManager(trusted);
        }
        if (own != null) {
            builder.keyManager(own.key(), own.chain());
        }
        if (protocols.length > 0) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    protocols));
        }
        return builder.build();
    }

    /** For blocking sockets and clients of the JDK. */
    public SSLContext blocking() throws SSLException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            return context;
        } catch (GeneralSecurityException | IOException broken) {
            throw new SSLException("TLS to a service cannot be set up", broken);
        }
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
        if (own == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", own.key(), IN_MEMORY, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, IN_MEMORY);
        return factory.getKeyManagers();
    }

    private TrustManager @Nullable [] trust() throws GeneralSecurityException, IOException {
        if (trusted == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("ca-" + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
