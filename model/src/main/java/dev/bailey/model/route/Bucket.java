package dev.bailey.model.route;

import dev.bailey.model.phase.Ramp;
import dev.bailey.model.spec.KeyHash;

/**
 * The sticky bucket of an entity: the {@link KeyHash} of the slice's name and that of the entity's key made one, finished
 * with the 64-bit mixer of MurmurHash3, then the high word of the unsigned product with 10,000. The same
 * key always falls into the same bucket, and a ramp of r hundredths of a percent covers the buckets below r, so raising
 * a ramp never moves an entity back. The definition and its test vectors are in the guide. Source: Appleby, MurmurHash3.
 */
public final class Bucket {

    private Bucket() {}

    /** The bucket, 0 to 9,999. */
    public static int of(SliceName slice, String key) {
        Text text = new Text();
        text.set(key);
        return of(seed(slice), text);
    }

    /** The bucket of a key as bytes, 0 to 9,999. Allocates nothing. */
    public static int of(long seed, Text key) {
        return of(seed, key.hash());
    }

    /** What a slice makes of its keys' hashes; a constant of the slice, so keep it. */
    public static long seed(SliceName slice) {
        Text name = new Text();
        name.set(slice.value());
        return name.hash();
    }

    /** The bucket of a key given by its hash. Allocates nothing. */
    static int of(long seed, long keyHash) {
        long hash = KeyHash.and(seed, keyHash);
        hash ^= hash >>> 33;
        hash *= 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        hash *= 0xc4ceb9fe1a85ec53L;
        hash ^= hash >>> 33;
        return (int) Math.unsignedMultiplyHigh(hash, Ramp.BUCKETS);
    }
}
