package dev.bailey.gateway.upstream;

import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.CheckSpec;
import dev.bailey.model.spec.EjectSpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ServiceSpec;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
    private final @Nullable SslContext tls;
    private final ServiceSpec service;
    private final Addresses addresses;
    private final Names names;

    private Upstream(Side side, ServiceSpec service, @Nullable SslContext tls, boolean checked) {
        URI url = service.url();
        ReachSpec reach = service.reach();
        this.service = service;
        this.side = side;
        String name = url.getHost();
        this.host = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
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

    /** Its addresses are not checked: what fails is ejected only. See {@link #follow}. */
    public static Upstream of(Side side, ServiceSpec service) {
        return of(side, service, false);
    }

    /**
     * @param checked whether its addresses will be checked, see {@link #watch}
     * @throws IllegalArgumentException when the address is not an http or https URL with a host, or TLS cannot be set up
     */
    public static Upstream of(Side side, ServiceSpec service, boolean checked) {
        URI url = service.url();
        String scheme = String.valueOf(url.getScheme());
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException(
                    side.label() + " url " + url + " (expected http://host[:port][/prefix] or https://…)");
        }
        Upstream upstream = new Upstream(side, service, scheme.equals("https") ? clientTls(side) : null, checked);
        upstream.names.lookUp();
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
                service.health().map(path -> pathPrefix + path).orElse(null),
                tls == null ? null : (SSLSocketFactory) SSLSocketFactory.getDefault(),
                host,
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
