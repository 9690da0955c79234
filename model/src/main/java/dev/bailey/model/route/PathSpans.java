package dev.bailey.model.route;

import dev.bailey.model.spec.ByteWords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The segments of a request's path as places in an array of bytes, and which of them the template's names stand for.
 * A path of plain ASCII without escapes is cut where it lies, eight bytes at a time; any other goes through
 * {@link PathSegments}, which says what paths count as the same. Reused from request to request; grows with the longest path.
 */
final class PathSpans {

    private static final long EACH = 0x0101010101010101L;
    private static final long LOW = 0x7f7f7f7f7f7f7f7fL;
    private static final long HIGH = 0x8080808080808080L;

    private final Text path = new Text();
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
        if (!cut(path.array(), path.from() + 1, path.to())) {
            load(PathSegments.of(facts.path()));
        }
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

    /** False at the first byte that is no ASCII, or begins an escape. */
    private boolean cut(byte[] array, int begin, int end) {
        bytes = array;
        count = 0;
        int start = begin;
        for (int at = begin; at < end; at += 8) {
            long word = ByteWords.word(array, at, end);
            if ((word & HIGH | zeros(word ^ '%' * EACH)) != 0) {
                return false;
            }
            for (long slashes = zeros(word ^ '/' * EACH); slashes != 0; slashes &= slashes - 1) {
                int slash = at + (Long.numberOfTrailingZeros(slashes) >>> 3);
                segment(start, slash);
                start = slash + 1;
            }
        }
        segment(start, end);
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

    /** Says which segment the template's n-th name stands for; -1 for none. */
    void name(int name, int segment) {
        if (name == named.length) {
            named = Arrays.copyOf(named, 2 * name);
        }
        named[name] = segment;
    }

    /** The value of the template's n-th name; false when it has none. */
    boolean value(int name, Text into) {
        int segment = named[name];
        if (segment < 0) {
            return false;
        }
        into.set(bytes, from[segment], to[segment]);
        return true;
    }
}
