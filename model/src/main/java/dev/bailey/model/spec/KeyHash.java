package dev.bailey.model.spec;

/**
 * The hash of a key: its UTF-8 bytes are taken up eight at a time, then their number, each by an exclusive or, a multiplication by
 * 2^64 divided by the golden ratio, and a fold of the upper half into the lower. Computed once for a request, and asked by every
 * set of keys and by the sticky bucket. Defined, with test vectors, in the guide. Allocates nothing. Source: Knuth, The Art of
 * Computer Programming 3, 6.4.
 */
public final class KeyHash {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private KeyHash() {}

    public static long of(byte[] bytes, int from, int to) {
        long hash = 0;
        int at = from;
        for (; at + 8 <= to; at += 8) {
            hash = and(hash, ByteWords.whole(bytes, at));
        }
        if (at < to) {
            hash = and(hash, ByteWords.word(bytes, at, to));
        }
        return and(hash, to - from);
    }

    /** A hash, and one word more. */
    public static long and(long hash, long word) {
        long product = (hash ^ word) * GOLDEN;
        return product ^ product >>> 32;
    }
}
