package dev.bailey.model.route;

import dev.bailey.model.phase.Ramp;

/**
 * The sticky bucket of an entity: 64-bit FNV-1a over the UTF-8 bytes of the slice's name, one zero byte and the entity's
 * key, finished with the 64-bit mixer of MurmurHash3, then the high word of the unsigned product with 10,000. The same
 * key always falls into the same bucket, and a ramp of r hundredths of a percent covers the buckets below r, so raising
 * a ramp never moves an entity back. Test vectors are in the guide. Sources: Fowler, Noll, Vo (RFC 9923); Appleby, MurmurHash3.
 */
public final class Bucket {

    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Bucket() {}

    /** The bucket, 0 to 9,999. Allocates nothing. */
    public static int of(SliceName slice, String key) {
        return bucket(fnv(seed(slice), key));
    }

    /** The bucket of a key as bytes, 0 to 9,999. Allocates nothing. */
    public static int of(SliceName slice, Text key) {
        return of(seed(slice), key.array(), key.from(), key.to());
    }

    /** The hash of all that comes before a key: the slice's name and the zero byte after it. */
    static long seed(SliceName slice) {
        return fnv(OFFSET, slice.value()) * PRIME;
    }

    /** The bucket of a key given as UTF-8 bytes. */
    static int of(long seed, byte[] bytes, int from, int to) {
        long hash = seed;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * PRIME;
        }
        return bucket(hash);
    }

    private static int bucket(long fnv) {
        long hash = fnv;
        hash ^= hash >>> 33;
        hash *= 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        hash *= 0xc4ceb9fe1a85ec53L;
        hash ^= hash >>> 33;
        return (int) Math.unsignedMultiplyHigh(hash, Ramp.BUCKETS);
    }

    private static long fnv(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            int c = text.charAt(i);
            if (c < 0x80) {
                hash = (hash ^ c) * PRIME;
            } else if (c < 0x800) {
                hash = (hash ^ (0xc0 | c >> 6)) * PRIME;
                hash = (hash ^ (0x80 | c & 0x3f)) * PRIME;
            } else if (Character.isHighSurrogate((char) c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int code = Character.toCodePoint((char) c, text.charAt(++i));
                hash = (hash ^ (0xf0 | code >> 18)) * PRIME;
                hash = (hash ^ (0x80 | code >> 12 & 0x3f)) * PRIME;
                hash = (hash ^ (0x80 | code >> 6 & 0x3f)) * PRIME;
                hash = (hash ^ (0x80 | code & 0x3f)) * PRIME;
            } else {
                hash = (hash ^ (0xe0 | c >> 12)) * PRIME;
                hash = (hash ^ (0x80 | c >> 6 & 0x3f)) * PRIME;
                hash = (hash ^ (0x80 | c & 0x3f)) * PRIME;
            }
        }
        return hash;
    }
}
