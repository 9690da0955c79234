package dev.bailey.compare;

import dev.bailey.model.phase.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    public synchronized void record(Pair pair) {
        Set<Signature> once = new LinkedHashSet<>();
        pair.differences().forEach(each -> once.add(each.signature()));
        for (Signature signature : once) {
            Counted known = counted.get(signature);
            if (known == null && counted.size() >= MAX_SIGNATURES) {
                overflow++;
                continue;
            }
            if (known == null) {
                known = new Counted(pair.at());
                counted.put(signature, known);
            }
            known.add(pair, random);
        }
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

    /** One signature with its count and the kept pairs, oldest first. */
    public record Seen(Signature signature, long count, Instant first, Instant last, List<Pair> pairs) {}

    /**
     * A pair of answers that differ, redacted.
     *
     * @param target path and query of the request, the query's values left out
     * @param servedBy the side whose answer the client got
     */
    public record Pair(
            Instant at,
            String method,
            String target,
            Side servedBy,
            Shown served,
            Shown shadow,
            List<Difference> differences) {
        public Pair {
            differences = List.copyOf(differences);
        }
    }

    /** One answer as it may be kept: {@code body} is redacted and shortened. */
    public record Shown(int status, String mediaType, String body, Duration took) {}

    private static final class Counted {
        private final Instant first;
        private final List<Pair> pairs = new ArrayList<>();
        private Instant last;
        private long count;

        Counted(Instant first) {
            this.first = first;
            this.last = first;
        }

        void add(Pair pair, RandomGenerator random) {
            count++;
            last = pair.at();
            if (pairs.size() < MAX_INSTANCES) {
                pairs.add(pair);
            } else {
                long at = random.nextLong(count);
                if (at < MAX_INSTANCES) {
                    pairs.set((int) at, pair);
                }
            }
        }

        Seen seen(Signature signature) {
            return new Seen(signature, count, first, last, List.copyOf(pairs));
        }
    }
}
