package dev.bailey.gateway.upstream;

import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.ServiceSpec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one side is. Names are looked up off the event loops: once when made, then again in the background when the answer
 * is old; meanwhile the last answer serves. Thread-safe.
 */
public final class Upstream {

    private static final Logger log = LoggerFactory.getLogger(Upstream.class);
    private static final long LOOKUP_AGE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Side side;
    private final String host;
    private final int port;
    private final String authority;
    private final byte[] hostLine;
    private final String pathPrefix;
    private final @Nullable SslContext tls;
    private final AtomicBoolean lookingUp = new AtomicBoolean();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<InetAddress> addresses = List.of();
    private volatile long lookedUpNanos;

    private Upstream(Side side, URI url, @Nullable SslContext tls) {
        this.side = side;
        String name = url.getHost();
        this.host = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        this.port = url.getPort() >= 0 ? url.getPort() : tls == null ? 80 : 443;
        this.authority = url.getPort() >= 0 ? name + ":" + url.getPort() : name;
        this.hostLine = ("Host: " + authority + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        this.pathPrefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        this.tls = tls;
    }

    /**
     * @throws IllegalArgumentException when the address is not an http or https URL with a host, or TLS cannot be set up
     */
    public static Upstream of(Side side, ServiceSpec service) {
        URI url = service.url();
        String scheme = String.valueOf(url.getScheme());
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException(
                    side.label() + " url " + url + " (expected http://host[:port][/prefix] or https://…)");
        }
        Upstream upstream = new Upstream(side, url, scheme.equals("https") ? clientTls(side) : null);
        upstream.lookUp();
        return upstream;
    }

    private static SslContext clientTls(Side side) {
        try {
            return SslContextBuilder.forClient()
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
        } catch (SSLException broken) {
            throw new IllegalArgumentException("TLS to " + side.label() + " cannot be set up", broken);
        }
    }

    public Side side() {
        return side;
    }

    /** The value of {@code Host} it is sent. */
    public String authority() {
        return authority;
    }

    /** Path that stands before every target, without a slash at its end; empty when there is none. */
    public String pathPrefix() {
        return pathPrefix;
    }

    /** The line of {@code Host}, with its CR LF. */
    public byte[] hostLine() {
        return hostLine;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    @Nullable
    SslContext tls() {
        return tls;
    }

    /** An address to connect to; null when the name is not known. Never blocks. */
    @Nullable
    InetSocketAddress address() {
        List<InetAddress> known = addresses;
        if (System.nanoTime() - lookedUpNanos > LOOKUP_AGE_NANOS && lookingUp.compareAndSet(false, true)) {
            Thread.ofVirtual().name("lookup-" + side.label()).start(() -> {
                try {
                    lookUp();
                } finally {
                    lookingUp.set(false);
                }
            });
        }
        return known.isEmpty() ? null : new InetSocketAddress(known.get(Math.floorMod(turn.get(), known.size())), port);
    }

    /** The address did not take a connection: the next one is tried next time. */
    void refused() {
        turn.incrementAndGet();
    }

    private void lookUp() {
        try {
            addresses = Arrays.asList(InetAddress.getAllByName(host));
        } catch (UnknownHostException unknown) {
            log.warn(
                    "{} host {} is not known to the resolver; the last known addresses stay in use",
                    side.label(),
                    host);
        }
        lookedUpNanos = System.nanoTime();
    }
}
