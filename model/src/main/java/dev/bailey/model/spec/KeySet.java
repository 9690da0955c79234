package dev.bailey.model.spec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * An immutable set of texts that can also be asked by their UTF-8 bytes, without a string being made. Every text has a
 * place, 0 to {@code places() - 1}, not all of them taken, so that whoever keeps something for each text keeps it in an array.
 *
 * <p>Open addressing with linear probing, at most half full; texts are held and compared as little-endian words of eight
 * bytes, the last one filled up with zeros. Thread-safe.
 */
public final class KeySet extends AbstractSet<String> {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ODD = 0x9e3779b97f4a7c15L; // 2^64 divided by the golden ratio
    private static final int FREE = -1;

    private final Set<String> texts;
    private final List<String> ordered;
    private final int mask;
    private final int[] lengths; // by place, FREE where no text has it
    private final long[] firsts; // by place, the first word
    private final long[][] words;

    private KeySet(Set<String> texts) {
        this.texts = texts;
        this.ordered = List.copyOf(texts);
        int places = Integer.highestOneBit(Math.max(1, ordered.size())) << 2;
        this.mask = places - 1;
        this.lengths = new int[places];
        this.firsts = new long[places];
        this.words = new long[places][];
        Arrays.fill(lengths, FREE);
        for (String text : ordered) {
            put(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The same texts as a key set; the argument itself where it is one. */
    public static KeySet copyOf(Collection<String> texts) {
        return texts instanceof KeySet keys ? keys : new KeySet(Set.copyOf(texts));
    }

    private void put(byte[] key) {
        int place = (int) hash(key, 0, key.length) & mask;
        while (lengths[place] != FREE) {
            place = place + 1 & mask;
        }
        lengths[place] = key.length;
        firsts[place] = word(key, 0, key.length);
        words[place] = new long[(key.length + 7) / 8];
        for (int i = 0; i < words[place].length; i++) {
            words[place][i] = word(key, 8 * i, key.length);
        }
    }

    /** The place of the text with these UTF-8 bytes, or -1. Allocates nothing. */
    public int find(byte[] bytes, int from, int to) {
        return find(bytes, from, to, hash(bytes, from, to));
    }

    /** As {@link #find(byte[], int, int)} with the bytes' {@link #hash}, for one key asked in several sets. */
    public int find(byte[] bytes, int from, int to, long hash) {
        int length = to - from;
        long first = word(bytes, from, to);
        int place = (int) hash & mask;
        while (true) {
            if (firsts[place] == first
                    && lengths[place] == length
                    && (length <= 8 || same(words[place], bytes, from, to))) {
                return place;
            }
            if (lengths[place] == FREE) {
                return -1;
            }
            place = place + 1 & mask;
        }
    }

    /** How many places there are, taken or not. */
    public int places() {
        return mask + 1;
    }

    private static boolean same(long[] words, byte[] bytes, int from, int to) {
        for (int i = 1; i < words.length; i++) {
            if (words[i] != word(bytes, from + 8 * i, to)) {
                return false;
            }
        }
        return true;
    }

    /** A hash of some bytes, for {@link #find(byte[], int, int, long)}. */
    public static long hash(byte[] bytes, int from, int to) {
        long hash = (long) to - from;
        for (int at = from; at < to; at += 8) {
            hash = (hash ^ word(bytes, at, to)) * ODD;
            hash ^= hash >>> 32;
        }
        return hash;
    }

    /** Up to eight bytes from a place on, zeros beyond the end. */
    private static long word(byte[] bytes, int at, int to) {
        if (at + 8 <= bytes.length) {
            int beyond = Math.max(0, at + 8 - to) << 3;
            return beyond == 64 ? 0 : (long) WORDS.get(bytes, at) << beyond >>> beyond;
        }
        long word = 0;
        for (int i = at; i < to; i++) {
            word |= (bytes[i] & 0xffL) << 8 * (i - at);
        }
        return word;
    }

    @Override
    public boolean contains(Object text) {
        return texts.contains(text);
    }

    @Override
    public Iterator<String> iterator() {
        return ordered.iterator();
    }

    @Override
    public int size() {
        return ordered.size();
    }
}
