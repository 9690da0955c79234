package dev.bailey.datasync.store;

/**
 * What a range of documents is held against the other side's by: how many there are, and the sum of their 64-bit digests
 * modulo 2^64. Independent of order; two ranges with equal documents have equal digests.
 */
public record RangeDigest(long count, long sum) {

    public static final RangeDigest EMPTY = new RangeDigest(0, 0);

    public RangeDigest plus(long digest) {
        return new RangeDigest(count + 1, sum + digest);
    }
}
