package dev.bailey.model.write;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A part of all entities, of all slices, that one node at a time delivers. Which one an entity belongs to is the same in every
 * process: {@link String#hashCode} is specified, and multiplied by 2^32 divided by the golden ratio (Knuth, The Art of Computer
 * Programming 3, 6.4).
 */
public record Partition(int number) implements Comparable<Partition> {

    /** So many bits of the hash count. */
    private static final int BITS = 5;

    private static final int GOLDEN = 0x9e3779b9;

    /** Every partition, the one without keys first. */
    public static final List<Partition> ALL =
            IntStream.rangeClosed(0, 1 << BITS).mapToObj(Partition::new).toList();

    /** That of writes whose entity is not known: it goes with the lead. */
    public static final Partition KEYLESS = ALL.getFirst();

    public Partition {
        if (number < 0 || number > 1 << BITS) {
            throw new IllegalArgumentException("partition " + number + " (expected 0 to " + (1 << BITS) + ")");
        }
    }

    public static Partition of(SliceName slice, @Nullable EntityKey entity) {
        if (entity == null) {
            return KEYLESS;
        }
        int hash = (slice.value().hashCode() * 31 + entity.value().hashCode()) * GOLDEN;
        return ALL.get(1 + (hash >>> -BITS));
    }

    @Override
    public int compareTo(Partition other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
