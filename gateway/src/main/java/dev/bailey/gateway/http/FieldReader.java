package dev.bailey.gateway.http;

import java.util.Arrays;

/**
 * Reads header fields by RFC 9112, 5, without any of the leniency the RFC allows. One pass over the bytes. Holds what was read
 * last, so it is used by one thread, for one message at a time.
 */
final class FieldReader {

    static final int MAX_FIELDS = 256;

    /** Set beside the known fields when {@code Connection} names fields other than the hop-by-hop ones. */
    static final long CONNECTION_NAMES_OTHERS = 1L << 63;

    private static final int MAX_LENGTH_DIGITS = 18;
    private static final byte[] CHUNKED = Ascii.bytes("chunked");

    private final char[] index = new char[Fields.STRIDE * MAX_FIELDS];
    private int count;
    private long present;
    private int ended;

    /**
     * Reads lines up to and with the empty one.
     *
     * @param base where the message begins in {@code bytes}; the index counts from there
     * @param from where the first field's line begins
     * @param to where the bytes at hand end
     * @return false when the end has not come
     */
    boolean read(byte[] bytes, int base, int from, int to, int maxLine) throws MalformedException {
        count = 0;
        present = 0;
        int at = from;
        while (true) {
            if (to - at < 2) {
                return checkStart(bytes, at, to);
            }
            if (bytes[at] == '\r') {
                if (bytes[at + 1] != '\n') {
                    throw new MalformedException(400, "a carriage return on its own");
                }
                ended = at + 2;
                return true;
            }
            int next = field(bytes, base, at, to);
            if (next < 0) {
                checkLine(to - at, maxLine);
                return false;
            }
            checkLine(next - at, maxLine);
            at = next;
        }
    }

    private static boolean checkStart(byte[] bytes, int at, int to) throws MalformedException {
        if (at < to && bytes[at] == '\n') {
            throw new MalformedException(400, "a line feed on its own");
        }
        return false;
    }

    private static void checkLine(int length, int maxLine) throws MalformedException {
        if (length > maxLine) {
            throw new MalformedException(431, "a line is longer than " + maxLine + " bytes");
        }
    }

    /** One field's line; the next line's beginning, or -1. */
    private int field(byte[] bytes, int base, int from, int to) throws MalformedException {
        int at = from;
        while (at < to && Ascii.isToken(bytes[at])) {
            at++;
        }
        if (at == to) {
            return -1;
        }
        if (at == from || bytes[at] != ':') {
            throw notAName(bytes, from, at);
        }
        int nameTo = at++;
        while (at < to && isBlank(bytes[at])) {
            at++;
        }
        int valueFrom = at;
        while (at < to && Ascii.isValue(bytes[at])) {
            at++;
        }
        if (at == to) {
            return -1;
        }
        int valueTo = at;
        if (bytes[at] != '\r') {
            throw new MalformedException(
                    400,
                    bytes[at] == '\n' ? "a line feed on its own" : "a header field's value has a control character");
        }
        if (at + 1 == to) {
            return -1;
        }
        if (bytes[at + 1] != '\n') {
            throw new MalformedException(400, "a carriage return on its own");
        }
        while (valueTo > valueFrom && isBlank(bytes[valueTo - 1])) {
            valueTo--;
        }
        add(bytes, base, from, nameTo, valueFrom, valueTo);
        return at + 2;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static MalformedException notAName(byte[] bytes, int from, int at) {
        if (bytes[at] == '\n') {
            return new MalformedException(400, "a line feed on its own");
        }
        return new MalformedException(
                400,
                at == from && isBlank(bytes[at])
                        ? "a header field is folded over lines"
                        : "a header field's name is not a token right before its colon");
    }

    private void add(byte[] bytes, int base, int from, int nameTo, int valueFrom, int valueTo)
            throws MalformedException {
        if (count == MAX_FIELDS) {
            throw new MalformedException(431, "more than " + MAX_FIELDS + " header fields");
        }
        int known = Known.of(bytes, from, nameTo);
        if (known == Known.OTHER) {
            known = Resemblance.of(bytes, from, nameTo);
        }
        if (known != Known.OTHER) {
            present |= Known.bit(known);
        }
        int slot = count++ * Fields.STRIDE;
        index[slot] = (char) known;
        index[slot + 1] = (char) (from - base);
        index[slot + 2] = (char) (nameTo - base);
        index[slot + 3] = (char) (valueFrom - base);
        index[slot + 4] = (char) (valueTo - base);
    }

    /** Behind the empty line. */
    int ended() {
        return ended;
    }

    long present() {
        return present;
    }

    void also(long bits) {
        present |= bits;
    }

    char[] index() {
        return Arrays.copyOf(index, count * Fields.STRIDE);
    }

    int count() {
        return count;
    }

    boolean has(int known) {
        return (present & Known.bit(known)) != 0;
    }

    /** The first field of this number from {@code from} on; -1 when there is none. */
    int find(int known, int from) {
        if (!has(known)) {
            return -1;
        }
        for (int field = from; field < count; field++) {
            if (index[field * Fields.STRIDE] == known) {
                return field;
            }
        }
        return -1;
    }

    int known(int field) {
        return index[field * Fields.STRIDE];
    }

    int valueFrom(int base, int field) {
        return base + index[field * Fields.STRIDE + 3];
    }

    int valueTo(int base, int field) {
        return base + index[field * Fields.STRIDE + 4];
    }

    int nameFrom(int base, int field) {
        return base + index[field * Fields.STRIDE + 1];
    }

    /** Whether the body is in chunks; anything but exactly {@code chunked} is refused. */
    boolean isChunked(byte[] bytes, int base) throws MalformedException {
        int field = find(Known.TRANSFER_ENCODING, 0);
        if (field < 0) {
            return false;
        }
        if (has(Known.CONTENT_LENGTH)) {
            throw new MalformedException(400, "both Content-Length and Transfer-Encoding");
        }
        if (find(Known.TRANSFER_ENCODING, field + 1) >= 0
                || !Known.isSame(CHUNKED, bytes, valueFrom(base, field), valueTo(base, field))) {
            throw new MalformedException(400, "a Transfer-Encoding other than chunked");
        }
        return true;
    }

    /**
     * The value of the one {@code Content-Length}; -1 when there is none.
     *
     * @param padded whether zeros may stand before it, which some read as octal
     */
    long contentLength(byte[] bytes, int base, boolean padded) throws MalformedException {
        int field = find(Known.CONTENT_LENGTH, 0);
        if (field < 0) {
            return -1;
        }
        int from = valueFrom(base, field);
        int to = valueTo(base, field);
        boolean right = find(Known.CONTENT_LENGTH, field + 1) < 0 && from < to && to - from <= MAX_LENGTH_DIGITS;
        right &= padded || to - from == 1 || bytes[from] != '0';
        long length = 0;
        for (int i = from; right && i < to; i++) {
            right = bytes[i] >= '0' && bytes[i] <= '9';
            length = length * 10 + (bytes[i] - '0');
        }
        if (!right) {
            throw new MalformedException(400, "Content-Length is not one number");
        }
        return length;
    }

    static final int CLOSE = 1;
    static final int KEEP = 2;
    static final int UPGRADE = 4;

    /** What {@code Connection} says; also notes whether it names further fields. */
    int connection(byte[] bytes, int base) {
        int said = 0;
        for (int field = find(Known.CONNECTION, 0); field >= 0; field = find(Known.CONNECTION, field + 1)) {
            int at = valueFrom(base, field);
            int end = valueTo(base, field);
            while (at < end) {
                int comma = at;
                while (comma < end && bytes[comma] != ',') {
                    comma++;
                }
                int from = at;
                int to = comma;
                while (from < to && isBlank(bytes[from])) {
                    from++;
                }
                while (to > from && isBlank(bytes[to - 1])) {
                    to--;
                }
                said |= option(bytes, from, to);
                at = comma + 1;
            }
        }
        return said;
    }

    private static final byte[] CLOSE_NAME = Ascii.bytes("close");
    private static final byte[] KEEP_NAME = Ascii.bytes("keep-alive");
    private static final byte[] UPGRADE_NAME = Ascii.bytes("upgrade");

    private int option(byte[] bytes, int from, int to) {
        if (from == to) {
            return 0;
        }
        if (Known.isSame(KEEP_NAME, bytes, from, to)) {
            return KEEP;
        }
        if (Known.isSame(CLOSE_NAME, bytes, from, to)) {
            return CLOSE;
        }
        if (Known.isSame(UPGRADE_NAME, bytes, from, to)) {
            return UPGRADE;
        }
        present |= CONNECTION_NAMES_OTHERS;
        return 0;
    }
}
