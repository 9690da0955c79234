package dev.bailey.gateway.upstream;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The addresses of one side, shared by all event loops, and which of them requests go to: the less loaded of two chosen at
 * random (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing") among those that are healthy and not ejected.
 * When none is, all are used, because a wrong health check must not take a side down. Of a side with exactly one address nothing
 * is counted and nothing is judged: there is no choice to make. Thread-safe; choosing takes no lock.
 */
public final class Addresses {

    private static final Logger log = LoggerFactory.getLogger(Addresses.class);

    private final String label;
    private final @Nullable Outliers outliers;
    private final boolean checked;
    private final boolean told;
    private final LongSupplier nanoTime;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile AddressView view = AddressView.of(List.of());
    private volatile long ejections;

    /**
     * @param label of the side, for messages
     * @param outliers when addresses are ejected; null for never
     * @param checked whether health checks run: then an address that joins others is used after its first check only
     * @param nanoTime monotonic
     */
    public Addresses(String label, @Nullable Outliers outliers, boolean checked, LongSupplier nanoTime) {
        this(label, outliers, checked, true, nanoTime);
    }

    /** @param told whether the log says which they are: one of those that follow the same side does */
    Addresses(String label, @Nullable Outliers outliers, boolean checked, boolean told, LongSupplier nanoTime) {
        this.told = told;
        this.label = label;
        this.outliers = outliers;
        this.checked = checked;
        this.nanoTime = nanoTime;
    }

    /**
     * The address the next request goes to; null when no address is known.
     *
     * @param exclude one that just failed this request, avoided where there is another candidate
     */
    public @Nullable Address choose(RandomGenerator random, @Nullable Address exclude) {
        AddressView now = view;
        if (now.only() != null) {
            return now.only();
        }
        if (now.anyEjected() && nanoTime.getAsLong() - now.returnsAtNanos() >= 0) {
            now = takeBack();
        }
        return now.choose(random, exclude);
    }

    /** A request goes to this address. True when it was counted: then it must be followed by exactly one {@link #ended}. */
    public boolean began(Address address) {
        if (view.only() != null) {
            return false;
        }
        address.began();
        return true;
    }

    /** A request that was counted left this address, whatever became of it. */
    public void ended(Address address) {
        address.ended();
    }

    /** The address answered, with something else than 5xx. */
    public void succeeded(Address address) {
        address.succeeded();
    }

    /** The address refused or cut a connection, let a request time out, or answered 5xx. */
    public void failed(Address address) {
        if (outliers != null && view.only() == null && outliers.isReached(address.failed())) {
            eject(address, outliers);
        }
    }

    /** What its health check says, once it has said so often enough. */
    public synchronized void healthy(Address address, boolean healthy) {
        if (address.healthy == healthy || address.isGone()) {
            return;
        }
        address.healthy = healthy;
        refresh();
        if (healthy) {
            log.info("{} address {} is healthy", label, address);
        } else {
            log.warn(
                    "{} address {} fails its health check; requests go to {}",
                    label,
                    address,
                    view.panic() ? "all addresses, because none is usable" : "the others");
        }
    }

    /**
     * From now on these are the addresses. What is known of those that stay is kept; nothing new goes to those that vanished.
     * No addresses at all is no answer, and changes nothing.
     */
    public void set(Collection<InetSocketAddress> sockets) {
        if (sockets.isEmpty() || !replace(new LinkedHashSet<>(sockets))) {
            return;
        }
        listeners.forEach(Runnable::run);
    }

    private synchronized boolean replace(Collection<InetSocketAddress> sockets) {
        Map<InetSocketAddress, Address> left = new LinkedHashMap<>();
        for (Address address : view.all()) {
            left.put(address.socket(), address);
        }
        boolean first = left.isEmpty();
        boolean joined = false;
        List<Address> next = new ArrayList<>(sockets.size());
        for (InetSocketAddress socket : sockets) {
            Address known = left.remove(socket);
            joined |= known == null;
            next.add(known == null ? new Address(socket, first || !checked) : known);
        }
        if (!joined && left.isEmpty()) {
            return false;
        }
        left.values().forEach(Address::vanished);
        view = AddressView.of(next);
        log.atLevel(told ? Level.INFO : Level.DEBUG)
                .log("{} is at {}{}", label, next, left.isEmpty() ? "" : ", no longer at " + left.values());
        return true;
    }

    /**
     * Runs after an address joined or vanished, on the thread that found out; it must neither block nor throw. A pool closes its
     * idle connections to addresses that are {@linkplain Address#isGone gone}.
     */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    public List<Address> all() {
        return List.of(view.all());
    }

    /** Whether a request that failed at one address may go to another. */
    boolean hasChoice() {
        return view.only() == null;
    }

    /** Whether none is usable, so that requests go to all of them. */
    public boolean isPanicking() {
        return current().panic();
    }

    public int count(Address.State state) {
        AddressView now = current();
        int count = 0;
        synchronized (this) {
            for (Address address : now.all()) {
                count += address.state() == state ? 1 : 0;
            }
        }
        return count;
    }

    /** Ejections so far. */
    public long ejections() {
        return ejections;
    }

    public String label() {
        return label;
    }

    private AddressView current() {
        AddressView now = view;
        return now.anyEjected() && nanoTime.getAsLong() - now.returnsAtNanos() >= 0 ? takeBack() : now;
    }

    private synchronized void eject(Address address, Outliers rule) {
        int out = 0;
        int usable = 0;
        for (Address any : view.all()) {
            out += any.ejected ? 1 : 0;
            usable += any.isUsable() ? 1 : 0;
        }
        if (address.isGone() || !address.isUsable() || !rule.mayEject(view.all().length, out, usable)) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (address.ejections > 0 && now - address.returnsAtNanos >= rule.forgivenAfterNanos()) {
            address.ejections = 0;
        }
        long nanos = rule.ejectionNanos(address.ejections);
        address.ejections++;
        address.ejected = true;
        address.returnsAtNanos = now + nanos;
        ejections++;
        refresh();
        log.warn(
                "{} address {} is ejected for {} ms after {} failures in a row",
                label,
                address,
                TimeUnit.NANOSECONDS.toMillis(nanos),
                rule.consecutive());
    }

    private synchronized AddressView takeBack() {
        long now = nanoTime.getAsLong();
        for (Address address : view.all()) {
            if (address.ejected && now - address.returnsAtNanos >= 0) {
                address.ejected = false;
                address.succeeded(); // what failed meanwhile had begun before
                log.info("{} address {} is back", label, address);
            }
        }
        return refresh();
    }

    private AddressView refresh() {
        AddressView next = AddressView.of(List.of(view.all()));
        view = next;
        return next;
    }
}
