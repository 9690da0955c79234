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
 * <p>Open addressing with linear probing, at most half full. A place holds the first word of its text and its length plus
 * one (zero where the place is free) side by side, so that most answers come from one line of the cache.
 */
public final class KeySet extends AbstractSet<String> {

    private final Set<String> texts;
    private final List<String> ordered;
    private final int mask;
    private final long[] places;
    private final long[][] afterFirst;
    private final long lengths; // a bit for each length there is, one for all from 63 on

    private KeySet(Set<String> texts) {
        this.texts = texts;
        this.ordered = List.copyOf(texts);
        int count = Integer.highestOneBit(Math.max(1, ordered.size())) << 2;
        this.mask = count - 1;
        this.places = new long[2 * count];
        this.afterFirst = new long[count][];
        long known = 0;
        for (String text : ordered) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
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
        long first = ByteWords.word(text, 0, text.length);
        int place = (int) ByteWords.hash(first, text, 0, text.length) & mask;
        while (places[2 * place + 1] != 0) {
            place = place + 1 & mask;
        }
        places[2 * place] = first;
        places[2 * place + 1] = text.length + 1L;
        afterFirst[place] = ByteWords.afterFirst(text);
    }

    /** Whether the text with these UTF-8 bytes is in the set. Allocates nothing. */
    public boolean contains(byte[] bytes, int from, int to) {
        int length = to - from;
        if ((lengths & bit(length)) == 0) {
            return false;
        }
        long first = ByteWords.word(bytes, from, to);
        int place = (int) ByteWords.hash(first, bytes, from, to) & mask;
        while (places[2 * place + 1] != 0) {
            if (places[2 * place] == first
                    && places[2 * place + 1] == length + 1
                    && (length <= 8 || ByteWords.goOn(afterFirst[place], bytes, from, to))) {
                return true;
            }
            place = place + 1 & mask;
        }
        return false;
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
