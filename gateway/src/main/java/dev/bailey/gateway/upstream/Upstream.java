package dev.bailey.gateway.upstream;

import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.CheckSpec;
import dev.bailey.model.spec.EjectSpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ServiceSpec;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
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
    private final @Nullable SideTls tls;
    private final ServiceSpec service;
    private final Addresses addresses;
    private final Names names;

    private Upstream(Side side, ServiceSpec service, @Nullable SideTls tls, boolean checked, boolean told) {
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
        this.addresses = new Addresses(side.label(), outliers, checked, told, System::nanoTime);
        List<HostPort> places = reach.addresses().isEmpty() ? List.of(new HostPort(host, port)) : reach.addresses();
        this.names = new Names(addresses, places, Names.MACHINE, LOOK_UP_EVERY, Names.threads(side.label()));
    }

    /** Besides that of the data plane, which tells where the side is. Its addresses are not checked: what fails is ejected only. See {@link #follow}. */
    public static Upstream of(Side side, ServiceSpec service, Path folder) {
        return of(side, service, folder, false, false);
    }

    /**
     * @param folder what paths of the migration file are relative to
     * @param checked whether its addresses will be checked, see {@link #watch}
     * @throws IllegalArgumentException when the address is not an http or https URL with a host, or TLS cannot be set up
     */
    public static Upstream of(Side side, ServiceSpec service, Path folder, boolean checked) {
        return of(side, service, folder, checked, true);
    }

    private static Upstream of(Side side, ServiceSpec service, Path folder, boolean checked, boolean told) {
        URI url = service.url();
        String scheme = String.valueOf(url.getScheme());
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException(
                    side.label() + " url " + url + " (expected http://host[:port][/prefix] or https://…)");
        }
        SideTls tls = scheme.equals("https") ? new SideTls(side, service.reach(), plain(url.getHost()), folder) : null;
        Upstream upstream = new Upstream(side, service, tls, checked, told);
        upstream.names.lookUp();
        return upstream;
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
        SideTls known = tls;
        return known == null ? null : known.newHandler(alloc, upgrades && !isHttp2Only(), port);
    }

    /**
     * Reads the files of TLS again now, rather than when they are looked at next; false when they cannot be used, and then the
     * last ones stay in force.
     */
    public boolean reloadTls() {
        return tls == null || tls.reload();
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

    /** Follows its names and the files of TLS, until closed. */
    Watch follow() {
        List<Upkeep.Chore> chores = followed();
        return chores.isEmpty() ? () -> {} : Upkeep.start(System::nanoTime, chores)::close;
    }

    private List<Upkeep.Chore> followed() {
        List<Upkeep.Chore> chores = new ArrayList<>();
        if (!names.isFixed()) {
            chores.add(names);
        }
        if (tls != null && tls.hasFiles()) {
            chores.add(tls);
        }
        return chores;
    }

    /** Follows as {@link #follow}, and checks its addresses where the file says so, until closed. */
    public Watch watch(RandomGenerator random, MeterRegistry meters) {
        CheckSpec check = service.reach().check();
        if (!isChecked(service)) {
            return follow();
        }
        HealthProbe probe = new HealthProbe(
                authority,
                service.health().map(path -> pathPrefix + path).orElse(null),
                service.reach().http(),
                tls == null ? null : tls::blocking,
                tls == null ? host : tls.serverName(),
                System::nanoTime);
        HealthChecks checks = new HealthChecks(
                addresses,
                probe,
                new HealthChecks.Plan(check.interval(), check.timeout(), check.healthyAfter(), check.unhealthyAfter()),
                HealthChecks.threads(side.label()),
                random);
        UpstreamMeters.checks(meters, side.label(), checks);
        List<Upkeep.Chore> chores = followed();
        chores.add(checks);
        Upkeep upkeep = Upkeep.start(System::nanoTime, chores);
        return () -> {
            upkeep.close();
            checks.close();
        };
    }
}
