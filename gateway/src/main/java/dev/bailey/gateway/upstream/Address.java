package dev.bailey.gateway.upstream;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * One address of a side, with its load and its standing. The counters are thread-safe; the standing is changed by its
 * {@link Addresses} only.
 */
public final class Address {

    /** The count sits alone on its cache line: it is written by all event loops, what is around it only read. */
    private static final int AT = 24;

    private static final int PADDED = 2 * AT;

    /** As shown; an ejected address that is also unhealthy counts as unhealthy. */
    public enum State {
        USABLE,
        UNHEALTHY,
        EJECTED
    }

    private final InetSocketAddress socket;
    private final AtomicIntegerArray inFlight = new AtomicIntegerArray(PADDED);
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean gone;

    // Guarded by the lock of its Addresses.
    boolean healthy;
    boolean ejected;
    int ejections;
    long returnsAtNanos;

    Address(InetSocketAddress socket, boolean healthy) {
        this.socket = socket;
        this.healthy = healthy;
    }

    public InetSocketAddress socket() {
        return socket;
    }

    /** The side no longer has this address: nothing new goes there, and an idle connection to it is closed. */
    public boolean isGone() {
        return gone;
    }

    /** Requests under way, as far as they were counted. */
    public int inFlight() {
        return inFlight.get(AT);
    }

    void began() {
        inFlight.getAndIncrement(AT);
    }

    void ended() {
        inFlight.getAndDecrement(AT);
    }

    void succeeded() {
        if (failures.get() != 0) {
            failures.set(0);
        }
    }

    /** Returns the failures in a row, this one included. */
    int failed() {
        return failures.incrementAndGet();
    }

    void vanished() {
        gone = true;
    }

    boolean isUsable() {
        return healthy && !ejected;
    }

    State state() {
        return !healthy ? State.UNHEALTHY : ejected ? State.EJECTED : State.USABLE;
    }

    @Override
    public String toString() {
        String host = socket.getAddress() == null
                ? socket.getHostString()
                : socket.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + socket.getPort();
    }
}
