package dev.bailey.testkit;

import dev.bailey.model.write.RecordId;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Random numbers and ids from a seed that is printed, so that a failure can be run again. Thread-safe. */
public final class SeededRandom implements RandomGenerator {

    /** Set this system property to run a failed test with its seed. */
    public static final String PROPERTY = "bailey.seed";

    private final long seed;
    private final SplittableRandom random;
    private long ids;

    private SeededRandom(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    public static SeededRandom of(long seed) {
        return new SeededRandom(seed);
    }

    /** The seed of the system property {@value #PROPERTY}, or this one. */
    public static SeededRandom orProperty(long seed) {
        return of(Long.getLong(PROPERTY, seed));
    }

    public long seed() {
        return seed;
    }

    @Override
    public synchronized long nextLong() {
        return random.nextLong();
    }

    /** True with a probability from 0 to 1. */
    public boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /** Ids that grow, each different, the same again for the same seed. */
    public Supplier<RecordId> recordIds() {
        return () -> new RecordId(nextId());
    }

    private synchronized String nextId() {
        ids++;
        return String.format(Locale.ROOT, "%010d-%016x", ids, random.nextLong());
    }

    @Override
    public String toString() {
        return "seed " + seed + " (run again with -D" + PROPERTY + "=" + seed + ")";
    }
}
