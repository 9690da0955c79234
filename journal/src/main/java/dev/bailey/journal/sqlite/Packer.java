package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Code;
import dev.bailey.model.write.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Values written one behind the other into bytes that end with a checksum; {@link Unpacker} reads them. Texts are seldom other than ASCII, and
 * those that are not take a little longer.
 */
final class Packer {

    static final int CHECKSUM_BYTES = Integer.BYTES;

    private static final int FIRST_BYTES = 4_096;

    /** Bytes kept for use again. */
    private static final int KEPT_BYTES = 1 << 20;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    int length() {
        return length;
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }

    /** All that was written, and its checksum. */
    byte[] sealed() {
        byte[] sealed = Arrays.copyOf(bytes, length + CHECKSUM_BYTES);
        write(checksum(sealed, 0, length), sealed, length);
        return sealed;
    }

    /** Writes the checksum of what was written from a place on. */
    void seal(int from) {
        room(CHECKSUM_BYTES);
        write(checksum(bytes, from, length), bytes, length);
        length += CHECKSUM_BYTES;
    }

    /** What was written from one place up to another, as it is until more is written. */
    ByteBuffer written(int from, int to) {
        return ByteBuffer.wrap(bytes, from, to - from);
    }

    private static void write(int sum, byte[] to, int at) {
        for (int i = 0; i < CHECKSUM_BYTES; i++) {
            to[at + i] = (byte) (sum >>> 8 * i);
        }
    }

    static int checksum(byte[] bytes, int length) {
        return checksum(bytes, 0, length);
    }

    private static int checksum(byte[] bytes, int from, int to) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, to - from);
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
        int begin = length;
        count(text.length());
        if (!ascii(text)) {
            length = begin;
            bytes(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** As {@link Code#of(List)} has them, and how many bytes that are before them. */
    void headers(List<Header> headers) {
        int begin = length;
        int most = 0;
        for (Header header : headers) {
            most += 2 * Integer.BYTES + header.name().length() + header.value().length();
        }
        count(most);
        for (Header header : headers) {
            if (!sizedAscii(header.name()) || !sizedAscii(header.value())) {
                length = begin;
                bytes(Code.of(headers));
                return;
            }
        }
    }

    private boolean sizedAscii(String text) {
        int size = text.length();
        room(Integer.BYTES);
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[length++] = (byte) (size >>> 8 * (Integer.BYTES - 1 - i));
        }
        return ascii(text);
    }

    /** Writes a text that has nothing but ASCII; of another a part is written, and false returned. */
    private boolean ascii(String text) {
        int size = text.length();
        room(size);
        for (int i = 0; i < size; i++) {
            char one = text.charAt(i);
            if (one > 0x7f) {
                return false;
            }
            bytes[length + i] = (byte) one;
        }
        length += size;
        return true;
    }

    void bytes(byte[] more) {
        count(more.length);
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }
}
