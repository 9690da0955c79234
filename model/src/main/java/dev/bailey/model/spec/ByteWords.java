package dev.bailey.model.spec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes looked at eight at a time, little-endian, zeros beyond their end. Allocates nothing. */
public final class ByteWords {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ODD = 0x9e3779b97f4a7c15L; // 2^64 divided by the golden ratio

    private static final long OTHER_ODD = 0xc2b2ae3d27d4eb4fL; // a prime of xxHash

    private ByteWords() {}

    /** The up to eight bytes that stand from {@code at} on and before {@code to}. */
    public static long word(byte[] bytes, int at, int to) {
        if (at + 8 <= bytes.length) {
            long word = (long) WORDS.get(bytes, at);
            int beyond = at + 8 - to;
            if (beyond <= 0) {
                return word;
            }
            return beyond >= 8 ? 0 : word << (beyond << 3) >>> (beyond << 3);
        }
        long word = 0;
        for (int i = at; i < to; i++) {
            word |= (bytes[i] & 0xffL) << 8 * (i - at);
        }
        return word;
    }

    /** The eight bytes that stand from {@code at} on. */
    public static long whole(byte[] bytes, int at) {
        return (long) WORDS.get(bytes, at);
    }

    /** Puts eight bytes from {@code at} on. */
    public static void put(byte[] bytes, int at, long word) {
        WORDS.set(bytes, at, word);
    }

    /** How many words some bytes take. */
    public static int count(int length) {
        return length + 7 >> 3;
    }

    /**
     * A hash that spreads well in its low bits: the products of the words with odd numbers, those from the third on each turned by its
     * place, their halves folded.
     *
     * @param first the bytes' first word
     * @param second their second one; 0 without one
     */
    public static long hash(long first, long second, byte[] bytes, int from, int to) {
        long hash = (first ^ (long) to - from) * ODD + (second ^ second >>> 32) * OTHER_ODD;
        for (int at = from + 16; at < to; at += 8) {
            hash = Long.rotateLeft(hash, 23) ^ word(bytes, at, to) * ODD;
        }
        return hash ^ hash >>> 32;
    }

    /** All words of some bytes. */
    public static long[] of(byte[] bytes) {
        long[] words = new long[count(bytes.length)];
        for (int i = 0; i < words.length; i++) {
            words[i] = word(bytes, 8 * i, bytes.length);
        }
        return words;
    }

    /** Whether bytes go on from a place as {@link #of} says. */
    public static boolean goOn(long[] words, byte[] bytes, int from, int to) {
        int at = from;
        for (long word : words) {
            if (word != word(bytes, at, to)) {
                return false;
            }
            at += 8;
        }
        return true;
    }
}
