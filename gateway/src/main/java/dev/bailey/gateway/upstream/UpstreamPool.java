package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.Scratch;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.model.phase.Side;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one side: chooses an address for each call and keeps an {@link AddressPool} for each. Used
 * on its event loop only.
 */
public final class UpstreamPool {

    private static final long WARM_EVERY_MILLIS = 1_000;

    private final Upstream upstream;
    private final EventLoop loop;
    private final Scratch scratch;
    private final Transport transport;
    private final Duration connectTimeout;
    private final int maxConnections;
    private final int warm;
    private final SplittableRandom random;
    private final IdentityHashMap<Address, AddressPool> pools = new IdentityHashMap<>();
    private final Runnable changed = this::addressesChanged;

    private @Nullable Address last;
    private @Nullable AddressPool lastPool;
    private boolean closed;

    /**
     * @param maxConnections to one address
     * @param warm connections kept open to each address
     * @param seed of the choice between addresses
     */
    public UpstreamPool(
            Upstream upstream,
            EventLoop loop,
            Scratch scratch,
            Transport transport,
            Duration connectTimeout,
            int maxConnections,
            int warm,
            long seed) {
        this.upstream = upstream;
        this.loop = loop;
        this.scratch = scratch;
        this.transport = transport;
        this.connectTimeout = connectTimeout;
        this.maxConnections = Math.max(1, maxConnections);
        this.warm = Math.min(warm, this.maxConnections);
        this.random = new SplittableRandom(seed);
        upstream.addresses().onChange(changed);
        if (this.warm > 0) {
            loop.execute(this::keepWarm);
        }
    }

    public Upstream upstream() {
        return upstream;
    }

    Scratch scratch() {
        return scratch;
    }

    EventLoop loop() {
        return loop;
    }

    Transport transport() {
        return transport;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    int maxConnections() {
        return maxConnections;
    }

    Side side() {
        return upstream.side();
    }

    boolean isClosed() {
        return closed;
    }

    /** @param exclude an address that just failed this call; another is taken where there is one */
    void acquire(UpstreamCall call, @Nullable Address exclude) {
        if (closed) {
            call.fail(new Failure(Cause.OVERLOADED, false, "the gateway is closing"));
            return;
        }
        Addresses addresses = upstream.addresses();
        Address address = addresses.choose(random, exclude);
        if (address == null) {
            call.fail(new Failure(Cause.CONNECT, false, "the host of " + side().label() + " is not known"));
            return;
        }
        AddressPool pool = address == last && lastPool != null ? lastPool : poolOf(address);
        call.assigned(pool, addresses.began(address));
        pool.acquire(call, false);
    }

    private AddressPool poolOf(Address address) {
        AddressPool pool = pools.computeIfAbsent(address, to -> new AddressPool(this, to));
        last = address;
        lastPool = pool;
        return pool;
    }

    private void addressesChanged() {
        try {
            loop.execute(() -> {
                last = null;
                lastPool = null;
                pools.values().removeIf(AddressPool::closeIfGone);
            });
        } catch (RejectedExecutionException closing) {
            upstream.addresses().removeListener(changed);
        }
    }

    private void keepWarm() {
        if (closed) {
            return;
        }
        for (Address address : upstream.addresses().all()) {
            if (!address.isGone()) {
                pools.computeIfAbsent(address, to -> new AddressPool(this, to)).keepOpen(warm);
            }
        }
        loop.schedule(this::keepWarm, WARM_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Closes what is idle and refuses what waits; connections in use close when their call ends. */
    public void close() {
        closed = true;
        upstream.addresses().removeListener(changed);
        List<AddressPool> all = new ArrayList<>(pools.values());
        all.forEach(AddressPool::close);
    }
}
