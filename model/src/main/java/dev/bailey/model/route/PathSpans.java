package dev.bailey.model.route;

import dev.bailey.model.spec.ByteWords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The segments of a request's path as places in an array of bytes, and which of them the template's names stand for. What
 * paths count as the same is said in {@link PathSegments}; a path of plain ASCII is cut where it lies, eight bytes at a time,
 * one with escapes is decoded into a buffer of its own first, and one with other bytes is read as a string. Reused from
 * request to request; grows with the longest path.
 */
final class PathSpans {

    private static final long EACH = 0x0101010101010101L;
    private static final long LOW = 0x7f7f7f7f7f7f7f7fL;
    private static final long HIGH = 0x8080808080808080L;

    private final Text path = new Text();
    private final Escaped decoded = new Escaped();
    private byte[] bytes = {};
    private int[] from = new int[16];
    private int[] to = new int[16];
    private int count;
    private int[] named = new int[8];

    /** Cuts the path of a request; false when it does not begin with a slash, so that no template can match it. */
    boolean read(RequestFacts facts) {
        facts.path(path);
        if (path.isEmpty() || path.array()[path.from()] != '/') {
            count = 0;
            return false;
        }
        cut(facts, path.array(), path.from() + 1, path.to());
        return true;
    }

    /** Takes segments as they are, percent-decoded already. */
    void load(String... segments) {
        int length = 0;
        byte[][] encoded = new byte[segments.length][];
        for (int i = 0; i < segments.length; i++) {
            encoded[i] = segments[i].getBytes(StandardCharsets.UTF_8);
            length += encoded[i].length;
        }
        bytes = new byte[length];
        count = 0;
        int at = 0;
        for (byte[] segment : encoded) {
            System.arraycopy(segment, 0, bytes, at, segment.length);
            append(at, at + segment.length);
            at += segment.length;
        }
    }

    private void cut(RequestFacts facts, byte[] array, int begin, int end) {
        bytes = array;
        count = 0;
        int start = begin;
        for (int at = begin; at < end; at += 8) {
            long word = ByteWords.word(array, at, end);
            if ((word & HIGH | zeros(word ^ '%' * EACH)) != 0) {
                if (!cutDecoded(array, begin, end)) {
                    load(PathSegments.of(facts.path()));
                }
                return;
            }
            for (long slashes = zeros(word ^ '/' * EACH); slashes != 0; slashes &= slashes - 1) {
                int slash = at + (Long.numberOfTrailingZeros(slashes) >>> 3);
                segment(start, slash);
                start = slash + 1;
            }
        }
        segment(start, end);
    }

    /** Cuts a copy of the path in which escapes are decoded; false where a byte is no ASCII. */
    private boolean cutDecoded(byte[] array, int begin, int end) {
        int length = end - begin;
        bytes = decoded.copy(array, begin, end);
        count = 0;
        int start = 0;
        boolean escapes = false;
        for (int at = 0; at < length; at += 8) {
            long word = ByteWords.word(bytes, at, length);
            if ((word & HIGH) != 0) {
                return false;
            }
            escapes |= zeros(word ^ '%' * EACH) != 0;
            for (long slashes = zeros(word ^ '/' * EACH); slashes != 0; slashes &= slashes - 1) {
                int slash = at + (Long.numberOfTrailingZeros(slashes) >>> 3);
                segment(start, escapes ? decoded.decode(start, slash) : slash);
                escapes = zeros(word ^ '%' * EACH) >>> (slash - at) * 8 != 0;
                start = slash + 1;
            }
        }
        segment(start, escapes ? decoded.decode(start, length) : length);
        return true;
    }

    /** The high bit of every byte that is zero, and of no other (Warren, Hacker's Delight, 6-1). */
    private static long zeros(long word) {
        return ~((word & LOW) + LOW | word | LOW);
    }

    private void segment(int begin, int end) {
        if (begin == end) {
            return;
        }
        if (bytes[begin] == '.') {
            if (end - begin == 1) {
                return;
            }
            if (end - begin == 2 && bytes[begin + 1] == '.') {
                count = Math.max(0, count - 1);
                return;
            }
        }
        append(begin, end);
    }

    private void append(int begin, int end) {
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
        }
        from[count] = begin;
        to[count++] = end;
    }

    int count() {
        return count;
    }

    byte[] bytes() {
        return bytes;
    }

    int from(int segment) {
        return from[segment];
    }

    int to(int segment) {
        return to[segment];
    }

    /** Whether the path's first segments are these. */
    boolean beginsWith(byte[][] segments) {
        if (count < segments.length) {
            return false;
        }
        for (int i = 0; i < segments.length; i++) {
            if (!Arrays.equals(bytes, from[i], to[i], segments[i], 0, segments[i].length)) {
                return false;
            }
        }
        return true;
    }

    /** Says which segment the template's n-th name stands for. */
    void name(int name, int segment) {
        if (name == named.length) {
            named = Arrays.copyOf(named, 2 * name);
        }
        named[name] = segment;
    }

    /** Puts the value of the template's n-th name into a text. */
    void value(int name, Text into) {
        int segment = named[name];
        into.set(bytes, from[segment], to[segment]);
    }
}
