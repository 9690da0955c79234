package dev.bailey.compare;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Counts every signature and keeps a bounded sample of instances of each (reservoir sampling: Vitter, Algorithm R).
 * Thread-safe.
 */
public final class Signatures {

    /** Signatures kept apart; further ones are counted together. */
    static final int MAX_SIGNATURES = 1_000;

    static final int MAX_INSTANCES = 5;

    private final RandomGenerator random;
    private final Map<Signature, Counted> counted = new LinkedHashMap<>();
    private long overflow;

    public Signatures(RandomGenerator random) {
        this.random = random;
    }

    /** Counts one pair's differences; each signature once per pair. */
    public synchronized void record(
            List<Difference> differences, Instant at, String servedBy, String served, String shadow) {
        Map<Signature, Difference> once = new LinkedHashMap<>();
        differences.forEach(each -> once.putIfAbsent(each.signature(), each));
        once.forEach((signature, difference) -> {
            Counted known = counted.get(signature);
            if (known == null && counted.size() >= MAX_SIGNATURES) {
                overflow++;
                return;
            }
            if (known == null) {
                known = new Counted(at);
                counted.put(signature, known);
            }
            known.add(
                    new Instance(
                            at, difference.path(), difference.served(), difference.shadow(), servedBy, served, shadow),
                    random);
        });
    }

    /** All signatures, the most frequent first. */
    public synchronized List<Seen> list() {
        return counted.entrySet().stream()
                .map(entry -> entry.getValue().seen(entry.getKey()))
                .sorted(Comparator.comparingLong(Seen::count).reversed())
                .toList();
    }

    public synchronized Optional<Seen> find(String id) {
        return list().stream().filter(seen -> seen.signature().id().equals(id)).findFirst();
    }

    /** How many pairs had a signature beyond those kept apart. */
    public synchronized long overflow() {
        return overflow;
    }

    /** Forgets everything, after a fix. */
    public synchronized void clear() {
        counted.clear();
        overflow = 0;
    }

    /** One signature with its count and instances. */
    public record Seen(Signature signature, long count, Instant first, Instant last, List<Instance> instances) {}

    /**
     * One pair, redacted.
     *
     * @param servedBy the side whose answer the client got
     */
    public record Instance(
            Instant at,
            String path,
            String servedValue,
            String shadowValue,
            String servedBy,
            String served,
            String shadow) {}

    private static final class Counted {
        private final Instant first;
        private final List<Instance> instances = new ArrayList<>();
        private Instant last;
        private long count;

        Counted(Instant first) {
            this.first = first;
            this.last = first;
        }

        void add(Instance instance, RandomGenerator random) {
            count++;
            last = instance.at();
            if (instances.size() < MAX_INSTANCES) {
                instances.add(instance);
            } else {
                long at = random.nextLong(count);
                if (at < MAX_INSTANCES) {
                    instances.set((int) at, instance);
                }
            }
        }

        Seen seen(Signature signature) {
            return new Seen(signature, count, first, last, List.copyOf(instances));
        }
    }
}
