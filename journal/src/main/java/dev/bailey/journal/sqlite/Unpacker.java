package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what a {@link Packer} wrote. */
final class Unpacker {

    private final byte[] bytes;
    private final int end;
    private int at;

    private Unpacker(byte[] bytes, int at) {
        this.bytes = bytes;
        this.end = bytes.length - Packer.CHECKSUM_BYTES;
        this.at = at;
    }

    /**
     * From the beginning of bytes whose checksum is right.
     *
     * @param what they are, for the message when they are not
     */
    static Unpacker checked(byte[] bytes, String what) {
        int length = bytes.length - Packer.CHECKSUM_BYTES;
        int sum = 0;
        for (int i = 0; i < Packer.CHECKSUM_BYTES && length >= 0; i++) {
            sum |= (bytes[length + i] & 0xff) << 8 * i;
        }
        if (length < 0 || sum != Packer.checksum(bytes, length)) {
            throw new JournalException(what + " of the journal has " + bytes.length
                    + " bytes that do not agree with their checksum (expected those that were written): the file is"
                    + " damaged; restore it, or move it away and reconcile every slice");
        }
        return new Unpacker(bytes, 0);
    }

    /** From a place within bytes whose checksum was found right before. */
    static Unpacker at(byte[] bytes, int at) {
        return new Unpacker(bytes, at);
    }

    boolean hasMore() {
        return at < end;
    }

    int number() {
        return bytes[at++];
    }

    long count() {
        long value = 0;
        int shift = 0;
        while (true) {
            byte next = bytes[at++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
            shift += 7;
        }
    }

    int size() {
        return Math.toIntExact(count());
    }

    long moment() {
        long nanos = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            nanos |= (bytes[at++] & 0xffL) << 8 * i;
        }
        return nanos;
    }

    String text() {
        int length = size();
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    /** The text, or the one before where it is the same: most notes and methods are. */
    String textLike(String before) {
        String text = text();
        return text.equals(before) ? before : text;
    }

    byte[] bytes() {
        int length = size();
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }
}
