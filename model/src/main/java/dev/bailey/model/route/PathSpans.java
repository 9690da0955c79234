package dev.bailey.model.route;

import dev.bailey.model.spec.ByteWords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The segments of a request's path as places in arrays of bytes, and which of them the template's names stand for. What
 * paths count as the same is said in {@link PathSegments}; a path of ASCII is cut where it lies, eight bytes at a time,
 * a segment with escapes is decoded into a buffer beside it, and a path with other bytes is read as a string. Reused from
 * request to request; grows with the longest path.
 */
final class PathSpans {

    private static final long EACH = 0x0101010101010101L;
    private static final long LOW = 0x7f7f7f7f7f7f7f7fL;
    private static final long HIGH = 0x8080808080808080L;

    private final Text path = new Text();
    private final Escaped decoded = new Escaped();
    private byte[] bytes = {};
    private int[] from = new int[16]; // complements of places in what is decoded
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
        decoded.clear();
        int start = begin;
        boolean escapes = false;
        for (int at = begin; at < end; at += 8) {
            long word = ByteWords.word(array, at, end);
            if ((word & HIGH) != 0) {
                load(PathSegments.of(facts.path()));
                return;
            }
            long percents = places(word, '%');
            escapes |= percents != 0;
            for (long slashes = places(word, '/'); slashes != 0; slashes &= slashes - 1) {
                int slash = at + (Long.numberOfTrailingZeros(slashes) >>> 3);
                piece(start, slash, escapes);
                escapes = percents >>> (slash - at) * 8 != 0;
                start = slash + 1;
            }
        }
        piece(start, end, escapes);
    }

    /** What cannot be decoded stays as it came. */
    private void piece(int begin, int end, boolean escapes) {
        if (begin == end || escapes && appendDecoded(begin, end)) {
            return;
        }
        if (!isDots(bytes, begin, end)) {
            append(begin, end);
        }
    }

    private boolean appendDecoded(int begin, int end) {
        int start = decoded.end();
        int stop = decoded.decode(bytes, begin, end);
        if (stop != Escaped.BROKEN && !isDots(decoded.bytes(), start, stop)) {
            append(~start, stop);
        }
        return stop != Escaped.BROKEN;
    }

    /**
     * The high bit of every byte that is a letter, and of no other, where all bytes are ASCII (after Warren, Hacker's Delight, 6-1); of
     * others nothing is said.
     */
    private static long places(long word, char letter) {
        return ~((word ^ letter * EACH) + LOW) & HIGH;
    }

    /** Whether a segment only says where the path goes on; {@code ..} takes the one before away. */
    private boolean isDots(byte[] array, int begin, int end) {
        if (array[begin] != '.' || end - begin > 2) {
            return false;
        }
        if (end - begin == 1) {
            return true;
        }
        if (array[begin + 1] == '.') {
            count = Math.max(0, count - 1);
            return true;
        }
        return false;
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

    /** The array a segment lies in. */
    byte[] bytes(int segment) {
        return from[segment] < 0 ? decoded.bytes() : bytes;
    }

    int from(int segment) {
        int begin = from[segment];
        return begin < 0 ? ~begin : begin;
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
            if (!Arrays.equals(bytes(i), from(i), to(i), segments[i], 0, segments[i].length)) {
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
        into.set(bytes(segment), from(segment), to(segment));
    }
}
