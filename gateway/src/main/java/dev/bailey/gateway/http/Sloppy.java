package dev.bailey.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * An answer's head, or its beginning, whose lines end with a mere line feed or are folded, put right: RFC 9112, 2.2 lets a reader
 * take a line feed for the end of a line, and 5.2 has a gateway replace a fold by a space.
 *
 * @param bytes the head; while its end has not come, without the end of its last line, which may be folded yet
 * @param consumed how many bytes of the input the head was; 0 while its end has not come
 */
record Sloppy(byte[] bytes, int consumed) {

    /** What is put right is read from its beginning again with each line that comes. */
    private static final int MAX_LINES = 2 * FieldReader.MAX_FIELDS;

    /** Null when the input cannot be put right. */
    static @Nullable Sloppy read(byte[] bytes, int from, int to) {
        ByteWriter right = new ByteWriter(to - from + 32);
        int at = from;
        for (int lines = 0; lines < MAX_LINES; lines++) {
            int feed = at;
            while (feed < to && bytes[feed] != '\n') {
                feed++;
            }
            if (feed == to) {
                return lines == 0 ? null : new Sloppy(right.toArray(), 0);
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
            at = feed + 1;
        }
        return null;
    }
}
