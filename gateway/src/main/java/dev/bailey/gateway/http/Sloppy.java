package dev.bailey.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * An answer's head whose lines end with a mere line feed or are folded, put right: RFC 9112, 2.2 lets a reader take a line feed
 * for the end of a line, and 5.2 has a gateway replace a fold by a space.
 *
 * @param consumed how many bytes of the input it was
 */
record Sloppy(byte[] bytes, int consumed) {

    /** Null when the input has no end of a head, or cannot be put right. */
    static @Nullable Sloppy read(byte[] bytes, int from, int to) {
        ByteWriter right = new ByteWriter(to - from + 32);
        int at = from;
        int lines = 0;
        while (at < to) {
            int feed = at;
            while (feed < to && bytes[feed] != '\n') {
                feed++;
            }
            if (feed == to) {
                return null;
            }
            int end = feed > at && bytes[feed - 1] == '\r' ? feed - 1 : feed;
            if (end == at) {
                return lines == 0 ? null : new Sloppy(right.crlf().crlf().toArray(), feed + 1 - from);
            }
            boolean folded = bytes[at] == ' ' || bytes[at] == '\t';
            if (folded && lines < 2) {
                return null;
            }
            if (lines > 0 && !folded) {
                right.crlf();
            }
            right.bytes(bytes, at, end);
            lines++;
            at = feed + 1;
        }
        return null;
    }
}
