package dev.bailey.gateway.tls;

import dev.bailey.model.spec.TlsSpec;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS towards clients. Its files are looked at every few seconds; changed ones
 * count for new connections, and ones that cannot be used leave the last in force. Thread-safe.
 */
public final class ServerTls implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ServerTls.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final TlsSpec spec;
    private final Path folder;
    private final Thread watch;
    private volatile SslContext current;
    private final List<Path> files;
    private FileStamps seen;

    private ServerTls(TlsSpec spec, Path folder) {
        this.spec = spec;
        this.folder = folder;
        this.files = new ArrayList<>(List.of(folder.resolve(spec.certificate()), folder.resolve(spec.key())));
        spec.clientCa().ifPresent(ca -> files.add(folder.resolve(ca)));
        this.seen = FileStamps.of(files);
        try {
            this.current = context();
        } catch (SSLException broken) {
            throw new IllegalArgumentException("tls cannot be set up: " + broken.getMessage(), broken);
        }
        this.watch = Thread.ofVirtual().name("bailey-certificates").unstarted(this::watch);
    }

    /**
     * Reads the files and begins to watch them.
     *
     * @param folder what the paths are relative to
     * @throws IllegalArgumentException when they cannot be used
     */
    public static ServerTls open(TlsSpec spec, Path folder) {
        ServerTls opened = new ServerTls(spec, folder);
        opened.watch.start();
        return opened;
    }

    /** For the next connection. */
    public SslContext current() {
        return current;
    }

    private SslContext context() throws SSLException {
        Credentials own = Credentials.read(folder.resolve(spec.certificate()), folder.resolve(spec.key()));
        SslContextBuilder builder = SslContextBuilder.forServer(own.key(), own.chain())
                .sslProvider(TlsProvider.best())
                .protocols(
                        spec.minVersion() == TlsSpec.Version.TLS_1_3
                                ? List.of("TLSv1.3")
                                : List.of("TLSv1.3", "TLSv1.2"))
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .clientAuth(
                        switch (spec.clientAuth()) {
                            case NONE -> ClientAuth.NONE;
                            case OPTIONAL -> ClientAuth.OPTIONAL;
                            case REQUIRED -> ClientAuth.REQUIRE;
                        })
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1));
        spec.clientCa().ifPresent(ca -> builder.trustManager(Credentials.certificates(folder.resolve(ca))));
        return builder.build();
    }

    /** Reads the files again now; false when they cannot be used, and then the last ones stay in force. */
    public synchronized boolean reload() {
        seen = FileStamps.of(files);
        try {
            current = context();
            log.info("certificate {} is in force for new connections", folder.resolve(spec.certificate()));
            return true;
        } catch (SSLException | IllegalArgumentException broken) {
            log.warn("the last certificate stays in force: {}", broken.getMessage());
            return false;
        }
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_EVERY);
                reloadIfChanged();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void reloadIfChanged() {
        if (!FileStamps.of(files).equals(seen)) {
            reload();
        }
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
