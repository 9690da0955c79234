package dev.bailey.gateway.load;

import dev.bailey.model.spec.IntakeSpec;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Refuses new requests before memory or latency goes: when an event loop is late, when too many requests are under way, when too
 * many bytes are held. Each event loop has a {@link LoopLoad} of its own to ask. Thread-safe.
 */
public final class Shedding {

    /** Each loop's count sits alone on its cache line. */
    private static final int APART = 32;

    private final IntakeSpec bounds;
    private final HeldBytes bytes;
    private final int ownShare;
    private final AtomicIntegerArray inFlight;
    private final List<LoopLoad> loops = new ArrayList<>();

    /**
     * @param maxHeldBytes of bodies held whole, by all requests together
     * @param loops event loops
     */
    public Shedding(IntakeSpec bounds, long maxHeldBytes, int loops, MeterRegistry meters) {
        this.bounds = bounds;
        this.bytes = new HeldBytes(maxHeldBytes);
        this.ownShare = Math.max(1, bounds.maxInFlight() / loops);
        this.inFlight = new AtomicIntegerArray((loops + 1) * APART);
        for (int i = 0; i < loops; i++) {
            LoopLoad loop =
                    new LoopLoad(this, (i + 1) * APART, bounds.shedAfter().toNanos());
            this.loops.add(loop);
            TimeGauge.builder("bailey.loop.delay", loop, TimeUnit.NANOSECONDS, LoopLoad::delayNanos)
                    .description("how late an event loop runs its tasks, smoothed")
                    .tag("loop", Integer.toString(i))
                    .register(meters);
        }
        for (ShedCause cause : ShedCause.values()) {
            FunctionCounter.builder("bailey.shed", this, shedding -> shedding.shed(cause))
                    .description("requests not let in because the gateway had too much to do")
                    .tag("cause", cause.label())
                    .register(meters);
        }
        Gauge.builder("bailey.held.bytes", bytes, HeldBytes::held)
                .description("bytes of bodies held whole")
                .baseUnit("bytes")
                .register(meters);
    }

    /** Of one event loop, from 0. */
    public LoopLoad loop(int index) {
        return loops.get(index);
    }

    public HeldBytes bytes() {
        return bytes;
    }

    /** Requests refused so far for this cause. */
    public long shed(ShedCause cause) {
        return loops.stream().mapToLong(loop -> loop.shed(cause)).sum();
    }

    /** Requests under way. */
    public int inFlight() {
        int sum = 0;
        for (int at = APART; at < inFlight.length(); at += APART) {
            sum += inFlight.getOpaque(at);
        }
        return sum;
    }

    /** Only the loop the count belongs to may change it. */
    void count(int at, int change) {
        inFlight.setOpaque(at, inFlight.getPlain(at) + change);
    }

    /** A loop that has less than its share under way need not look at the others. */
    boolean isFull(int at) {
        return inFlight.getPlain(at) >= ownShare && inFlight() >= bounds.maxInFlight();
    }
}
