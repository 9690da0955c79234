package dev.bailey.gateway.shadow;

import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.Bucket;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.SliceSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chooses what is mirrored: by entity, in buckets of their own so that the sample is not the ramp's cohort; requests without
 * an entity evenly by count. Thread-safe.
 */
final class Sampler {

    private final Map<SliceName, Long> seeds = new ConcurrentHashMap<>();
    private final AtomicInteger keyless = new AtomicInteger();

    boolean takes(SliceSpec slice, Decision decision) {
        Ramp sample = slice.shadow().sample();
        if (sample.isFull()) {
            return true;
        }
        if (decision.hasKey()) {
            return sample.covers(Bucket.of(seed(slice.name()), decision.key()));
        }
        long count = Integer.toUnsignedLong(keyless.getAndIncrement());
        return count * sample.hundredths() % Ramp.BUCKETS < sample.hundredths();
    }

    private long seed(SliceName slice) {
        Long known = seeds.get(slice);
        return known != null
                ? known
                : seeds.computeIfAbsent(slice, name -> Bucket.seed(new SliceName(name + "/shadow")));
    }
}
