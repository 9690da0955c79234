package dev.bailey.gateway.proxy;

import dev.bailey.model.route.SliceName;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who uses which version of a slice's interface. Of a slice at most {@value #MAX_USES} uses (a consumer and a version) are told
 * apart; what comes later counts together, version by version. Thread-safe.
 */
public final class VersionUse {

    /** Who does not say who it is. */
    public static final String UNNAMED = "(unnamed)";

    /** Those above the bound. */
    public static final String OTHERS = "(others)";

    static final int MAX_USES = 500;

    private static final int MAX_NAME = 64;

    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Map<Key, Count> counts = new ConcurrentHashMap<>();
    private final Map<SliceName, AtomicInteger> known = new ConcurrentHashMap<>();

    private record Key(SliceName slice, String version, String consumer) {}

    /** Requests of one consumer for one version. */
    final class Count extends LongAdder { // so that the sum and the time lie side by side
        private static final long serialVersionUID = 1;

        private volatile long lastMillis;

        /** One more, now. */
        void count() {
            increment();
            long now = clock.millis();
            if (lastMillis != now) {
                lastMillis = now;
            }
        }
    }

    /** Requests of one consumer for one version since the start. */
    public record Use(String version, String consumer, long requests, Instant last) {}

    public VersionUse(MeterRegistry meters, InstantSource clock) {
        this.meters = meters;
        this.clock = clock;
    }

    /** Where the requests of a consumer are counted, which is worth keeping where it can be. */
    Count of(SliceName slice, String version, String consumer) {
        String name = consumer.length() > MAX_NAME ? consumer.substring(0, MAX_NAME) : consumer;
        Key key = new Key(slice, version, name);
        Count count = counts.get(key);
        return count == null ? first(key) : count;
    }

    private Count first(Key key) {
        AtomicInteger uses = known.computeIfAbsent(key.slice, _ -> new AtomicInteger());
        if (!key.consumer.equals(UNNAMED) && uses.getAndUpdate(n -> Math.min(n + 1, MAX_USES)) >= MAX_USES) {
            return counts.computeIfAbsent(new Key(key.slice, key.version, OTHERS), this::register);
        }
        return counts.computeIfAbsent(key, this::register);
    }

    private Count register(Key key) {
        Count count = new Count();
        FunctionCounter.builder("bailey.version.requests", count, LongAdder::sum)
                .description("requests by version and consumer")
                .tag("slice", key.slice.value())
                .tag("version", key.version)
                .tag("consumer", key.consumer)
                .register(meters);
        return count;
    }

    /** Of a slice, most used first. */
    public List<Use> of(SliceName slice) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().slice.equals(slice))
                .map(entry -> new Use(
                        entry.getKey().version,
                        entry.getKey().consumer,
                        entry.getValue().sum(),
                        Instant.ofEpochMilli(entry.getValue().lastMillis)))
                .sorted(Comparator.comparingLong(Use::requests).reversed().thenComparing(Use::consumer))
                .toList();
    }
}
