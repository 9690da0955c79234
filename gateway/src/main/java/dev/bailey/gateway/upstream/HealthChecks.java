package dev.bailey.gateway.upstream;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every address of a side, again and again, whether it is healthy. The first check of an address decides alone; after that so
 * many in a row do. Each waits its interval give or take a tenth, so that gateways do not ask in step. Thread-safe.
 */
public final class HealthChecks implements Upkeep.Chore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HealthChecks.class);

    /** Checks under way at once, of one side. */
    static final int MAX_AT_ONCE = 16;

    /** While all places are taken, what is due is looked at again after so long. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A check that runs for so many of its timeouts is cut off. */
    private static final int CUT_OFF = 2;

    private static final double JITTER = 0.1;

    /** Asks one address; blocks, for the timeout or not much longer. */
    @FunctionalInterface
    public interface Probe {

        /** @throws IOException when it is not healthy; the message says why */
        void ask(Address address, Duration timeout) throws IOException;
    }

    /**
     * @param interval between two checks of an address
     * @param timeout of one check
     * @param healthyAfter checks in a row that succeed
     * @param unhealthyAfter checks in a row that fail
     */
    public record Plan(Duration interval, Duration timeout, int healthyAfter, int unhealthyAfter) {}

    private static final class Watched {
        final Address address;
        long dueNanos;
        long begunNanos;
        boolean underWay;
        boolean decided;
        int inARow; // below zero those that failed

        @Nullable
        Thread thread;

        Watched(Address address, long dueNanos) {
            this.address = address;
            this.dueNanos = dueNanos;
        }
    }

    private final Addresses addresses;
    private final Probe probe;
    private final Plan plan;
    private final Executor executor;
    private final RandomGenerator random;
    private final Map<Address, Watched> watched = new LinkedHashMap<>();
    private final LongAdder passed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private int underWay;
    private boolean closed;

    /**
     * @param executor where checks run; they block
     * @param random for the jitter; used under a lock
     */
    public HealthChecks(Addresses addresses, Probe probe, Plan plan, Executor executor, RandomGenerator random) {
        this.addresses = addresses;
        this.probe = probe;
        this.plan = plan;
        this.executor = executor;
        this.random = random;
    }

    public static Executor threads(String label) {
        return task -> Thread.ofVirtual().name("check-" + label).start(task);
    }

    /** Begins the checks that are due and cuts off those that hang. */
    @Override
    public long run(long nowNanos) {
        List<Address> now = addresses.all();
        synchronized (this) {
            if (closed) {
                return NEVER;
            }
            now.forEach(address -> watched.computeIfAbsent(address, _ -> new Watched(address, nowNanos)));
            watched.values().removeIf(watch -> watch.address.isGone() && !watch.underWay);
            long wait = NEVER;
            List<Watched> due = new ArrayList<>();
            for (Watched watch : watched.values()) {
                if (!watch.underWay && watch.dueNanos - nowNanos <= 0) {
                    due.add(watch);
                } else {
                    wait = Math.min(wait, watch.underWay ? cutOff(watch, nowNanos) : watch.dueNanos - nowNanos);
                }
            }
            // Who waits longest is first, so that addresses whose checks are slow do not keep the others from theirs.
            due.sort(Comparator.comparingLong(watch -> watch.dueNanos - nowNanos));
            for (Watched watch : due) {
                if (underWay == MAX_AT_ONCE) {
                    return Math.min(wait, RETRY_NANOS);
                }
                wait = Math.min(wait, begin(watch, nowNanos));
            }
            return wait;
        }
    }

    private long cutOff(Watched watch, long nowNanos) {
        long left = watch.begunNanos + CUT_OFF * plan.timeout.toNanos() - nowNanos;
        if (left <= 0 && watch.thread != null) {
            watch.thread.interrupt();
        }
        return Math.max(RETRY_NANOS, left);
    }

    private long begin(Watched watch, long nowNanos) {
        underWay++;
        watch.underWay = true;
        watch.begunNanos = nowNanos;
        watch.dueNanos = nowNanos + jittered(plan.interval.toNanos());
        executor.execute(() -> check(watch));
        return watch.dueNanos - nowNanos;
    }

    private long jittered(long nanos) {
        return (long) (nanos * (1 - JITTER + 2 * JITTER * random.nextDouble()));
    }

    private void check(Watched watch) {
        Address address = watch.address;
        synchronized (this) {
            watch.thread = Thread.currentThread();
        }
        String reason = null;
        try {
            probe.ask(address, plan.timeout);
        } catch (IOException unhealthy) {
            reason = String.valueOf(unhealthy.getMessage());
        } catch (RuntimeException bug) {
            log.error("the health check of {} failed in the gateway itself", address, bug);
            reason = "the check itself failed";
        }
        Boolean verdict = ended(watch, reason == null);
        (reason == null ? passed : failed).increment();
        if (reason != null) {
            log.debug("health check of {} address {}: {}", addresses.label(), address, reason);
        }
        if (verdict != null) {
            addresses.healthy(address, verdict);
        }
    }

    /** Null while too few in a row agree. */
    private synchronized @Nullable Boolean ended(Watched watch, boolean healthy) {
        underWay--;
        watch.underWay = false;
        watch.thread = null;
        if (closed) {
            return null;
        }
        watch.inARow = healthy ? Math.max(0, watch.inARow) + 1 : Math.min(0, watch.inARow) - 1;
        boolean first = !watch.decided;
        watch.decided = true;
        if (first || watch.inARow >= plan.healthyAfter || -watch.inARow >= plan.unhealthyAfter) {
            return healthy;
        }
        return null;
    }

    /** Checks that succeeded so far. */
    public long passed() {
        return passed.sum();
    }

    /** Checks that failed so far. */
    public long failed() {
        return failed.sum();
    }

    /** Cuts off what is under way; nothing is told after that. */
    @Override
    public synchronized void close() {
        closed = true;
        for (Watched watch : watched.values()) {
            if (watch.thread != null) {
                watch.thread.interrupt();
            }
        }
    }
}
