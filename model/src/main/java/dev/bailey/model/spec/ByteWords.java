package dev.bailey.model.spec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes looked at eight at a time, little-endian, zeros beyond their end. Allocates nothing. */
public final class ByteWords {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ODD = 0x9e3779b97f4a7c15L; // 2^64 divided by the golden ratio

    private ByteWords() {}

    /** The up to eight bytes that stand from {@code at} on and before {@code to}. */
    public static long word(byte[] bytes, int at, int to) {
        if (at + 8 <= bytes.length) {
            long word = (long) WORDS.get(bytes, at);
            if (at + 8 <= to) {
                return word;
            }
            int beyond = at + 8 - to << 3;
            return beyond >= 64 ? 0 : word << beyond >>> beyond;
        }
        long word = 0;
        for (int i = at; i < to; i++) {
            word |= (bytes[i] & 0xffL) << 8 * (i - at);
        }
        return word;
    }

    /** How many words some bytes take. */
    static int count(int length) {
        return length + 7 >> 3;
    }

    /**
     * A hash that spreads well in its low bits: the products of the words with an odd number, each turned by its place, their
     * halves folded.
     *
     * @param first the bytes' first word
     */
    public static long hash(long first, byte[] bytes, int from, int to) {
        long hash = (first ^ (long) to - from) * ODD;
        for (int at = from + 8; at < to; at += 8) {
            hash = Long.rotateLeft(hash, 23) ^ word(bytes, at, to) * ODD;
        }
        return hash ^ hash >>> 32;
    }

    /** All words of some bytes but the first. */
    public static long[] afterFirst(byte[] bytes) {
        long[] words = new long[Math.max(0, count(bytes.length) - 1)];
        for (int i = 0; i < words.length; i++) {
            words[i] = word(bytes, 8 * (i + 1), bytes.length);
        }
        return words;
    }

    /** Whether bytes go on after their first word as {@link #afterFirst} says. */
    public static boolean goOn(long[] afterFirst, byte[] bytes, int from, int to) {
        int at = from;
        for (long word : afterFirst) {
            at += 8;
            if (word != word(bytes, at, to)) {
                return false;
            }
        }
        return true;
    }
}
