package dev.bailey.gateway.upstream;

import dev.bailey.model.spec.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the names of a side to its addresses: all A and AAAA records of each, looked up again and again. A name that is not
 * answered for keeps its last answer. Thread-safe.
 */
public final class Names implements Upkeep.Chore {

    private static final Logger log = LoggerFactory.getLogger(Names.class);

    /** How a name is looked up; it may block. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    /**
     * The machine's own: hosts file, DNS, and whatever else it is set up with. The JVM keeps answers of its own accord for
     * {@code networkaddress.cache.ttl} seconds, which should be below the time between two lookups.
     */
    public static final Resolver MACHINE = InetAddress::getAllByName;

    private final Addresses addresses;
    private final List<HostPort> places;
    private final Resolver resolver;
    private final Executor executor;
    private final long everyNanos;
    private final boolean fixed;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Map<HostPort, Set<InetSocketAddress>> known = new LinkedHashMap<>();
    private final Set<HostPort> unknown = new HashSet<>();
    private long nextNanos;
    private boolean begun;

    /**
     * @param places names or literal addresses with their ports
     * @param every between two lookups of the names
     * @param executor where lookups run; they block in the resolver, so not on virtual threads, which it would pin
     */
    public Names(Addresses addresses, List<HostPort> places, Resolver resolver, Duration every, Executor executor) {
        this.addresses = addresses;
        this.places = List.copyOf(places);
        this.resolver = resolver;
        this.executor = executor;
        this.everyNanos = every.toNanos();
        this.fixed = places.stream().allMatch(place -> isLiteral(place.host()));
    }

    /** A daemon thread for each lookup; there is never more than one at a time for the same {@link Names}. */
    public static Executor threads(String label) {
        return task -> Thread.ofPlatform().daemon().name("lookup-" + label).start(task);
    }

    static boolean isLiteral(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    /** Whether all of it are literal addresses, which need no looking up. */
    boolean isFixed() {
        return fixed;
    }

    /** Called by one thread at a time. */
    @Override
    public long run(long nowNanos) {
        if (fixed) {
            return NEVER;
        }
        if (!begun) {
            begun = true;
            nextNanos = nowNanos + everyNanos;
        }
        if (nowNanos - nextNanos >= 0 && looking.compareAndSet(false, true)) {
            nextNanos = nowNanos + everyNanos;
            executor.execute(() -> {
                try {
                    lookUp();
                } finally {
                    looking.set(false);
                }
            });
        }
        return Math.max(0, nextNanos - nowNanos);
    }

    /** Looks every name up now; blocks. */
    public synchronized void lookUp() {
        Set<InetSocketAddress> all = new LinkedHashSet<>();
        for (HostPort place : places) {
            all.addAll(lookUp(place));
        }
        addresses.set(all);
    }

    private Set<InetSocketAddress> lookUp(HostPort place) {
        try {
            Set<InetSocketAddress> found = new LinkedHashSet<>();
            for (InetAddress address : resolver.lookUp(place.host())) {
                found.add(new InetSocketAddress(address, place.port()));
            }
            if (unknown.remove(place)) {
                log.info("{} host {} is known to the resolver again", addresses.label(), place.host());
            }
            known.put(place, found);
        } catch (UnknownHostException failed) {
            if (unknown.add(place)) {
                log.warn(
                        "{} host {} is not known to the resolver; {}",
                        addresses.label(),
                        place.host(),
                        known.containsKey(place)
                                ? "its last known addresses stay in use"
                                : "check the name, and the resolver of this machine");
            }
        }
        return known.getOrDefault(place, Set.of());
    }
}
