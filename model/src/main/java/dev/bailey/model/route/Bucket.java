package dev.bailey.model.route;

import dev.bailey.model.phase.Ramp;
import dev.bailey.model.spec.ByteWords;

/**
 * The sticky bucket of an entity: a hash of the slice's name and the entity's key, taken up eight bytes at a time, finished
 * with the 64-bit mixer of MurmurHash3, then the high word of the unsigned product with 10,000. The same
 * key always falls into the same bucket, and a ramp of r hundredths of a percent covers the buckets below r, so raising
 * a ramp never moves an entity back. The definition and its test vectors are in the guide. Sources: Knuth, The Art of Computer
 * Programming 3, 6.4 (multiplication by the golden ratio); Appleby, MurmurHash3.
 */
public final class Bucket {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Bucket() {}

    /** The bucket, 0 to 9,999. */
    public static int of(SliceName slice, String key) {
        Text text = new Text();
        text.set(key);
        return of(slice, text);
    }

    /** The bucket of a key as bytes, 0 to 9,999. */
    public static int of(SliceName slice, Text key) {
        return of(seed(slice), key.array(), key.from(), key.to());
    }

    /** The hash of all that comes before a key: the slice's name. */
    static long seed(SliceName slice) {
        Text name = new Text();
        name.set(slice.value());
        return absorbed(0, name.array(), name.from(), name.to());
    }

    /** The bucket of a key given as UTF-8 bytes. Allocates nothing. */
    static int of(long seed, byte[] bytes, int from, int to) {
        long hash = absorbed(seed, bytes, from, to);
        hash ^= hash >>> 33;
        hash *= 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        hash *= 0xc4ceb9fe1a85ec53L;
        hash ^= hash >>> 33;
        return (int) Math.unsignedMultiplyHigh(hash, Ramp.BUCKETS);
    }

    private static long absorbed(long before, byte[] bytes, int from, int to) {
        long hash = before;
        for (int at = from; at < to; at += 8) {
            hash = absorbed(hash, ByteWords.word(bytes, at, to));
        }
        return absorbed(hash, to - from);
    }

    private static long absorbed(long hash, long word) {
        long product = (hash ^ word) * GOLDEN;
        return product ^ product >>> 32;
    }
}
