package dev.bailey.datasync.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import tools.jackson.databind.node.ObjectNode;

/**
 * How 64 bits are made of a document's {@link RowText}. Both sides of a comparison must use the same; every store that
 * streams can use any of them. None defends against somebody who builds collisions on purpose.
 */
public enum RowHash implements RowDigest {
    /** Bob Jenkins' lookup3 as PostgreSQL 11 and later have it: {@code hashtextextended(text, 0)}. The cheapest there. */
    LOOKUP3 {
        @Override
        public long of(byte[] text) {
            return lookup3(ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN));
        }
    },
    /** The first eight bytes, big-endian, of the MD5 (RFC 1321). Every database but SQLite has it. */
    MD5 {
        @Override
        public long of(byte[] text) {
            try {
                return ByteBuffer.wrap(MessageDigest.getInstance("MD5").digest(text))
                        .getLong();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this JDK has no MD5, which every Java platform must have", e);
            }
        }
    };

    private static final int BLOCK = 12;
    private static final int START = 0x9e3779b9 + 3923095;

    public abstract long of(byte[] text);

    @Override
    public long of(ObjectNode canonical) {
        return of(RowText.of(canonical));
    }

    /*
     * lookup3: three 32-bit lanes take twelve bytes at a time, little-endian, and are mixed after each block; the rest of up
     * to eleven bytes goes in without the lowest byte of the third lane, which is the length's.
     */
    private static long lookup3(ByteBuffer bytes) {
        int a = START + bytes.remaining();
        int b = a;
        int c = a;
        while (bytes.remaining() >= BLOCK) {
            a += bytes.getInt();
            b += bytes.getInt();
            c += bytes.getInt();
            a -= c;
            a ^= Integer.rotateLeft(c, 4);
            c += b;
            b -= a;
            b ^= Integer.rotateLeft(a, 6);
            a += c;
            c -= b;
            c ^= Integer.rotateLeft(b, 8);
            b += a;
            a -= c;
            a ^= Integer.rotateLeft(c, 16);
            c += b;
            b -= a;
            b ^= Integer.rotateLeft(a, 19);
            a += c;
            c -= b;
            c ^= Integer.rotateLeft(b, 4);
            b += a;
        }
        for (int i = 0; bytes.hasRemaining(); i++) {
            int next = bytes.get() & 0xff;
            switch (i / Integer.BYTES) {
                case 0 -> a += next << 8 * i;
                case 1 -> b += next << 8 * (i - 4);
                default -> c += next << 8 * (i - 7);
            }
        }
        c ^= b;
        c -= Integer.rotateLeft(b, 14);
        a ^= c;
        a -= Integer.rotateLeft(c, 11);
        b ^= a;
        b -= Integer.rotateLeft(a, 25);
        c ^= b;
        c -= Integer.rotateLeft(b, 16);
        a ^= c;
        a -= Integer.rotateLeft(c, 4);
        b ^= a;
        b -= Integer.rotateLeft(a, 14);
        c ^= b;
        c -= Integer.rotateLeft(b, 24);
        return (long) b << Integer.SIZE | c & 0xffffffffL;
    }
}
