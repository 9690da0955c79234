package dev.bailey.model.spec;

import java.nio.charset.StandardCharsets;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * An immutable set of texts that can also be asked by their UTF-8 bytes, without a string being made. Thread-safe.
 *
 * <p>Open addressing with linear probing, at most half full. A place holds the first word of its text and, beside it, its length plus
 * one (zero where the place is free) and where its other words lie. Most texts asked for are in no set: a bit for each of
 * many hashes says so first, in a sixteenth of the memory (Bloom 1970, with one hash), so that the sets of all slices stay in the cache.
 */
public final class KeySet extends AbstractSet<String> {

    private static final int BITS = 8; // for each place

    private final Set<String> texts;
    private final List<String> ordered;
    private final int mask;
    private final long[] places;
    private final long[] words; // of each text but its first
    private final long[] hashes; // a bit for each hash
    private final int hashMask;
    private final long lengths; // a bit for each length there is, one for all from 63 on

    private KeySet(Set<String> texts) {
        this.texts = texts;
        this.ordered = List.copyOf(texts);
        int count = Integer.highestOneBit(Math.max(1, ordered.size())) << 2;
        this.mask = count - 1;
        this.places = new long[2 * count];
        int bits = Math.max(Long.SIZE, count * BITS);
        this.hashes = new long[bits / Long.SIZE];
        this.hashMask = bits - 1;
        List<byte[]> encoded = ordered.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        this.words = new long[encoded.stream().mapToInt(KeySet::moreWords).sum()];
        long known = 0;
        int free = 0;
        for (byte[] bytes : encoded) {
            put(bytes, free);
            free += moreWords(bytes);
            known |= bit(bytes.length);
        }
        this.lengths = known;
    }

    private static int moreWords(byte[] text) {
        return Math.max(0, ByteWords.count(text.length) - 1);
    }

    private static long bit(int length) {
        return 1L << Math.min(length, 63);
    }

    /** The same texts as a key set; the argument itself where it is one. */
    public static KeySet copyOf(Collection<String> texts) {
        return texts instanceof KeySet keys ? keys : new KeySet(Set.copyOf(texts));
    }

    private void put(byte[] text, int more) {
        long first = ByteWords.word(text, 0, text.length);
        long hash = KeyHash.of(text, 0, text.length);
        int place = (int) hash & mask;
        while (places[2 * place + 1] != 0) {
            place = place + 1 & mask;
        }
        places[2 * place] = first;
        places[2 * place + 1] = (long) more << Integer.SIZE | text.length + 1;
        for (int i = 0; i < moreWords(text); i++) {
            words[more + i] = ByteWords.word(text, 8 * (i + 1), text.length);
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
        long first = ByteWords.word(bytes, from, to);
        int place = (int) hash & mask;
        while (places[2 * place + 1] != 0) {
            if (places[2 * place] == first
                    && (int) places[2 * place + 1] == length + 1
                    && goesOn((int) (places[2 * place + 1] >>> Integer.SIZE), bytes, from, to)) {
                return true;
            }
            place = place + 1 & mask;
        }
        return false;
    }

    private boolean goesOn(int more, byte[] bytes, int from, int to) {
        int next = more;
        for (int at = from + 8; at < to; at += 8) {
            if (words[next++] != ByteWords.word(bytes, at, to)) {
                return false;
            }
        }
        return true;
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
