package dev.bailey.gateway.upstream;

import dev.bailey.gateway.tls.ClientTls;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.CheckSpec;
import dev.bailey.model.spec.EjectSpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ServiceSpec;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where one side is. Names are looked up off the event loops: once when made, then again in the background when the answer
 * is old; meanwhile the last answer serves. Thread-safe.
 */
public final class Upstream {

    private static final Duration LOOK_UP_EVERY = Duration.ofSeconds(10);

    private final Side side;
    private final String host;
    private final int port;
    private final String authority;
    private final byte[] hostLine;
    private final String pathPrefix;
    private final @Nullable Secure tls;
    private final ServiceSpec service;
    private final Addresses addresses;
    private final Names names;

    private Upstream(Side side, ServiceSpec service, @Nullable Secure tls, boolean checked) {
        URI url = service.url();
        ReachSpec reach = service.reach();
        this.service = service;
        this.side = side;
        String name = url.getHost();
        this.host = plain(name);
        this.port = url.getPort() >= 0 ? url.getPort() : tls == null ? 80 : 443;
        this.authority = url.getPort() >= 0 ? name + ":" + url.getPort() : name;
        this.hostLine = ("Host: " + authority + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        this.pathPrefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        this.tls = tls;
        EjectSpec eject = reach.eject();
        Outliers outliers =
                eject.failures() == 0 ? null : new Outliers(eject.failures(), eject.duration(), eject.mostPercent());
        this.addresses = new Addresses(side.label(), outliers, checked, System::nanoTime);
        List<HostPort> places = reach.addresses().isEmpty() ? List.of(new HostPort(host, port)) : reach.addresses();
        this.names = new Names(addresses, places, Names.MACHINE, LOOK_UP_EVERY, Names.threads(side.label()));
    }

    /**
     * What TLS to it needs.
     *
     * @param usual for any request
     * @param http11 for a request that asks for another protocol, which HTTP/2 cannot carry
     */
    private record Secure(SslContext usual, SslContext http11, SSLSocketFactory blocking, String serverName) {}

    /** Its addresses are not checked: what fails is ejected only. See {@link #follow}. */
    public static Upstream of(Side side, ServiceSpec service, Path folder) {
        return of(side, service, folder, false);
    }

    /**
     * @param folder what paths of the migration file are relative to
     * @param checked whether its addresses will be checked, see {@link #watch}
     * @throws IllegalArgumentException when the address is not an http or https URL with a host, or TLS cannot be set up
     */
    public static Upstream of(Side side, ServiceSpec service, Path folder, boolean checked) {
        URI url = service.url();
        String scheme = String.valueOf(url.getScheme());
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException(
                    side.label() + " url " + url + " (expected http://host[:port][/prefix] or https://…)");
        }
        Upstream upstream =
                new Upstream(side, service, scheme.equals("https") ? secure(side, service, folder) : null, checked);
        upstream.names.lookUp();
        return upstream;
    }

    private static Secure secure(Side side, ServiceSpec service, Path folder) {
        ReachSpec reach = service.reach();
        try {
            ClientTls tls = ClientTls.of(reach.tls(), folder);
            SslContext http11 = tls.context(ApplicationProtocolNames.HTTP_1_1);
            SslContext usual = switch (reach.http()) {
                case AUTO -> tls.context(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
                case HTTP_1_1 -> http11;
                case HTTP_2 -> tls.context(ApplicationProtocolNames.HTTP_2);
            };
            String host = plain(service.url().getHost());
            String name = reach.tls().flatMap(ReachSpec.Tls::serverName).orElse(host);
            return new Secure(usual, http11, tls.blocking().getSocketFactory(), name);
        } catch (SSLException broken) {
            throw new IllegalArgumentException(
                    "TLS to " + side.label() + " cannot be set up: " + broken.getMessage(), broken);
        }
    }

    private static String plain(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
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

    boolean isSecure() {
        return tls != null;
    }

    /** Whether it is known to speak HTTP/2 and nothing else. */
    boolean isHttp2Only() {
        return service.reach().http() == ReachSpec.HttpVersion.HTTP_2;
    }

    /**
     * TLS for a connection to it; null where it is plain.
     *
     * @param upgrades whether the connection is for a request that asks for another protocol
     */
    @Nullable
    SslHandler newTls(ByteBufAllocator alloc, boolean upgrades) {
        Secure known = tls;
        if (known == null) {
            return null;
        }
        SslContext context = upgrades && !isHttp2Only() ? known.http11 : known.usual;
        return context.newHandler(alloc, known.serverName, port);
    }

    public Addresses addresses() {
        return addresses;
    }

    /** What runs in the background for a side, until closed. */
    @FunctionalInterface
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** Whether its addresses are checked: where the file says so and there may be more than one, or there is no choice to make. */
    public static boolean isChecked(ServiceSpec service) {
        List<HostPort> listed = service.reach().addresses();
        String host =
                listed.isEmpty() ? service.url().getHost() : listed.getFirst().host();
        return service.reach().check().isOn() && (listed.size() > 1 || !Names.isLiteral(host));
    }

    /** Follows its names, until closed. */
    Watch follow() {
        return names.isFixed() ? () -> {} : Upkeep.start(System::nanoTime, List.of(names))::close;
    }

    /** Follows its names, and checks its addresses where the file says so, until closed. */
    public Watch watch(RandomGenerator random, MeterRegistry meters) {
        CheckSpec check = service.reach().check();
        if (!isChecked(service)) {
            return follow();
        }
        HealthProbe probe = new HealthProbe(
                authority,
                isHttp2Only()
                        ? null
                        : service.health().map(path -> pathPrefix + path).orElse(null),
                tls == null ? null : tls.blocking,
                tls == null ? host : tls.serverName,
                System::nanoTime);
        HealthChecks checks = new HealthChecks(
                addresses,
                probe,
                new HealthChecks.Plan(check.interval(), check.timeout(), check.healthyAfter(), check.unhealthyAfter()),
                HealthChecks.threads(side.label()),
                random);
        UpstreamMeters.checks(meters, side.label(), checks);
        Upkeep upkeep = Upkeep.start(System::nanoTime, List.of(names, checks));
        return () -> {
            upkeep.close();
            checks.close();
        };
    }
}
