package dev.bailey.gateway.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Bytes written one after the other into an array that grows. Used by one thread; kept and cleared rather than made anew. */
public final class ByteWriter {

    private static final byte[] HEX = Ascii.bytes("0123456789abcdef");

    private byte[] bytes;
    private int length;

    public ByteWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    public ByteWriter clear() {
        length = 0;
        return this;
    }

    public int length() {
        return length;
    }

    /** The array, valid up to {@link #length} and until the next write. */
    public byte[] array() {
        return bytes;
    }

    public byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    public ByteWriter bytes(byte[] from) {
        return bytes(from, 0, from.length);
    }

    public ByteWriter bytes(byte[] from, int start, int end) {
        room(end - start);
        System.arraycopy(from, start, bytes, length, end - start);
        length += end - start;
        return this;
    }

    /** Text whose characters are bytes (ISO-8859-1). */
    @SuppressWarnings("deprecation") // the one way to copy such text without a buffer between
    public ByteWriter ascii(String text) {
        int count = text.length();
        room(count);
        text.getBytes(0, count, bytes, length);
        length += count;
        return this;
    }

    public ByteWriter crlf() {
        room(2);
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        return this;
    }

    /** One header field's line. The value must have no line ends; see {@link #value}. */
    public ByteWriter field(String name, String value) {
        return ascii(name).ascii(": ").value(value).crlf();
    }

    /** Text as a field's value: what may not stand there becomes a space, so that no line can be smuggled in. */
    public ByteWriter value(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            byte b = c > 0xff ? (byte) '?' : (byte) c;
            bytes[length++] = Ascii.isValue(b) ? b : (byte) ' ';
        }
        return this;
    }

    public ByteWriter decimal(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("number " + number + " (expected at least 0)");
        }
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        room(digits);
        int at = length + digits;
        long rest = number;
        do {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (at > length);
        length += digits;
        return this;
    }

    /** Sixteen hexadecimal digits. */
    public ByteWriter hex16(long number) {
        room(16);
        for (int shift = 60; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(int) (number >>> shift) & 15];
        }
        return this;
    }

    /** Hexadecimal without leading zeros. */
    public ByteWriter hex(long number) {
        int shift = Math.max(0, (63 - Long.numberOfLeadingZeros(number)) / 4 * 4);
        room(16);
        for (; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(int) (number >>> shift) & 15];
        }
        return this;
    }

    /** Takes bytes from a buffer. */
    ByteWriter from(ByteBuf buffer, int count) {
        room(count);
        buffer.readBytes(bytes, length, count);
        length += count;
        return this;
    }

    public void writeTo(ByteBuf buffer) {
        buffer.writeBytes(bytes, 0, length);
    }
}
