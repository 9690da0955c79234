package dev.bailey.gateway.dualwrite;

import dev.bailey.model.write.Partition;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** What a process sees of others that write the same journal, and which partitions it delivers. Thread-safe. */
final class Sight {

    private final boolean shared;
    private final LongSupplier nanoTime;
    private final AtomicLong begun = new AtomicLong();

    /** The bit of each partition that it delivers. */
    private final AtomicLong held;

    private volatile boolean wanted;
    private volatile long wantedAt;

    private Sight(boolean shared, LongSupplier nanoTime) {
        this.shared = shared;
        this.nanoTime = nanoTime;
        this.held = new AtomicLong(shared ? 0 : -1);
    }

    /** Nobody else writes. */
    static Sight alone(LongSupplier nanoTime) {
        return new Sight(false, nanoTime);
    }

    static Sight amongOthers(LongSupplier nanoTime) {
        return new Sight(true, nanoTime);
    }

    boolean isShared() {
        return shared;
    }

    boolean delivers(Partition partition) {
        return (held.get() & bit(partition)) != 0;
    }

    void hold(Partition partition) {
        held.getAndUpdate(bits -> bits | bit(partition));
    }

    void letGo(Partition partition) {
        held.getAndUpdate(bits -> bits & ~bit(partition));
    }

    Set<Partition> held() {
        return Partition.ALL.stream().filter(this::delivers).collect(Collectors.toUnmodifiableSet());
    }

    private static long bit(Partition partition) {
        return 1L << partition.number();
    }

    /** Something is done here that needs its entities' deliveries to be here as well. */
    void want() {
        wantedAt = nanoTime.getAsLong();
        wanted = true;
    }

    /** Whether something was done since so long ago that needs every delivery to be here. */
    boolean wants(Duration since) {
        return wanted && nanoTime.getAsLong() - wantedAt < since.toNanos();
    }

    /** How many looks at the journal have begun. */
    long looksBegun() {
        return begun.get();
    }

    long beginLook() {
        return begun.incrementAndGet();
    }
}
