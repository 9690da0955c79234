package dev.bailey.journal.sqlite;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Values written one behind the other into bytes that end with a checksum; {@link Unpacker} reads them. */
final class Packer {

    static final int CHECKSUM_BYTES = Integer.BYTES;

    private static final int FIRST_BYTES = 4_096;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    int length() {
        return length;
    }

    void clear() {
        length = 0;
        if (bytes.length > 64 * FIRST_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }

    /** All that was written, and its checksum. */
    byte[] sealed() {
        byte[] sealed = Arrays.copyOf(bytes, length + CHECKSUM_BYTES);
        int sum = checksum(sealed, length);
        for (int i = 0; i < CHECKSUM_BYTES; i++) {
            sealed[length + i] = (byte) (sum >>> 8 * i);
        }
        return sealed;
    }

    static int checksum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), (int)
                    Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
    }

    void number(int one) {
        room(1);
        bytes[length++] = (byte) one;
    }

    /** A number that is seldom large and never negative: seven bits a byte. */
    void count(long value) {
        room(10);
        long rest = value;
        while (rest > 0x7f) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    void moment(long nanos) {
        room(Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[length++] = (byte) (nanos >>> 8 * i);
        }
    }

    void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(byte[] more) {
        count(more.length);
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }
}
