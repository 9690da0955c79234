package dev.bailey.model.spec;

import java.nio.charset.StandardCharsets;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * An immutable set of texts that can also be asked by their UTF-8 bytes, without a string being made. Thread-safe.
 *
 * <p>Open addressing with linear probing, at most half full. A place holds the length of its text plus one (zero where the place is
 * free) and beside it its words, so that one look at memory tells whether it is the text; only of long ones the end lies elsewhere.
 * Most texts asked for are in no set: a bit for each of many hashes says so first, in a sixteenth of the memory or less (Bloom 1970,
 * with one hash), so that the sets of all slices stay in the cache.
 */
public final class KeySet extends AbstractSet<String> {

    private static final int BITS = 8; // for each place
    private static final int MOST_WORDS = 7; // in a place, which is a line of the cache then

    private final Set<String> texts;
    private final List<String> ordered;
    private final int mask;
    private final int size; // of a place, in words
    private final long[] places;
    private final long[][] ends; // of texts that are longer than a place: their other words
    private final long[] hashes; // a bit for each hash
    private final int hashMask;
    private final long lengths; // a bit for each length there is, one for all from 63 on

    private KeySet(Set<String> texts) {
        this.texts = texts;
        this.ordered = List.copyOf(texts);
        int count = Integer.highestOneBit(Math.max(1, ordered.size())) << 2;
        this.mask = count - 1;
        int bits = Math.max(Long.SIZE, count * BITS);
        this.hashes = new long[bits / Long.SIZE];
        this.hashMask = bits - 1;
        List<byte[]> encoded = ordered.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        int longest = encoded.stream().mapToInt(bytes -> bytes.length).max().orElse(0);
        this.size = 1 + Math.min(MOST_WORDS, ByteWords.count(longest));
        this.places = new long[count * size];
        this.ends = new long[ByteWords.count(longest) > MOST_WORDS ? count : 0][];
        long known = 0;
        for (byte[] bytes : encoded) {
            put(bytes);
            known |= bit(bytes.length);
        }
        this.lengths = known;
    }

    private static long bit(int length) {
        return 1L << Math.min(length, 63);
    }

    /** The same texts as a key set; the argument itself where it is one. */
    public static KeySet copyOf(Collection<String> texts) {
        return texts instanceof KeySet keys ? keys : new KeySet(Set.copyOf(texts));
    }

    private void put(byte[] text) {
        long hash = KeyHash.of(text, 0, text.length);
        int place = (int) hash & mask;
        while (places[place * size] != 0) {
            place = place + 1 & mask;
        }
        places[place * size] = text.length + 1L;
        long[] words = ByteWords.of(text);
        System.arraycopy(words, 0, places, place * size + 1, Math.min(words.length, MOST_WORDS));
        if (words.length > MOST_WORDS) {
            ends[place] = Arrays.copyOfRange(words, MOST_WORDS, words.length);
        }
        int bit = (int) (hash >>> Integer.SIZE) & hashMask;
        hashes[bit / Long.SIZE] |= 1L << bit;
    }

    /** Whether the text with these UTF-8 bytes is in the set. Allocates nothing. */
    public boolean contains(byte[] bytes, int from, int to) {
        return mayContain(to - from) && contains(bytes, from, to, KeyHash.of(bytes, from, to));
    }

    /** Whether the set has a text of so many bytes, where others need not be hashed. */
    public boolean mayContain(int length) {
        return (lengths & bit(length)) != 0;
    }

    /**
     * As {@link #contains(byte[], int, int)}.
     *
     * @param hash the bytes' {@link KeyHash}
     */
    public boolean contains(byte[] bytes, int from, int to, long hash) {
        int length = to - from;
        int bit = (int) (hash >>> Integer.SIZE) & hashMask;
        if ((hashes[bit / Long.SIZE] & 1L << bit) == 0) {
            return false;
        }
        int place = (int) hash & mask;
        while (true) {
            long taken = places[place * size];
            if (taken == length + 1 && holds(place, bytes, from, to)) {
                return true;
            }
            if (taken == 0) {
                return false;
            }
            place = place + 1 & mask;
        }
    }

    private boolean holds(int place, byte[] bytes, int from, int to) {
        int end = Math.min(to, from + 8 * MOST_WORDS);
        int next = place * size + 1;
        for (int at = from; at < end; at += 8) {
            if (places[next++] != ByteWords.word(bytes, at, to)) {
                return false;
            }
        }
        return end == to || ByteWords.goOn(ends[place], bytes, end, to);
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
