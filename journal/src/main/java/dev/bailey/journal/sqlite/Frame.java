package dev.bailey.journal.sqlite;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How a row stands in a file of the log: a header, then its bytes, which end with their own checksum. A row's number says where it
 * is: the row behind it has the number of the first multiple of eight bytes after it, also where a row is in the table.
 *
 * @param row its number
 * @param group the number of the first row of its transaction
 * @param life of the file it was written for: what an earlier use of the file left is not taken for a row
 * @param length of its bytes
 * @param last of its transaction
 */
record Frame(long row, long group, long life, int length, boolean last) {

    static final int HEADER_BYTES = 36;

    static final int ALIGNED = 8;
    private static final int LAST = 1 << 31;

    /** The number of the row that follows one with so many bytes. */
    static long after(long row, int length) {
        return row + (((long) HEADER_BYTES + length + ALIGNED - 1) & -ALIGNED);
    }

    /** Writes header and bytes. */
    void write(ByteBuffer to, ByteBuffer bytes) {
        int begin = to.position();
        to.putInt(last ? length | LAST : length);
        to.putLong(row);
        to.putLong(group);
        to.putLong(life);
        to.put(to.position(), bytes, bytes.limit() - Packer.CHECKSUM_BYTES, Packer.CHECKSUM_BYTES);
        to.position(to.position() + Packer.CHECKSUM_BYTES);
        to.putInt(checksum(to, begin));
        to.put(to.position(), bytes, bytes.position(), bytes.remaining());
        to.position(to.position() + bytes.remaining());
    }

    /** Whether a header might be that of a row, at first sight. */
    static boolean mayBe(ByteBuffer header, long row) {
        return header.getLong(header.position() + Integer.BYTES) == row;
    }

    /** Of a header as it was read; null when it is none. */
    static @Nullable Frame read(ByteBuffer header) {
        if (header.remaining() < HEADER_BYTES) {
            return null;
        }
        int begin = header.position();
        if (header.getInt(begin + HEADER_BYTES - Integer.BYTES) != checksum(header, begin)) {
            return null;
        }
        int length = header.getInt(begin);
        return new Frame(
                header.getLong(begin + 4),
                header.getLong(begin + 12),
                header.getLong(begin + 20),
                length & ~LAST,
                (length & LAST) != 0);
    }

    /** Whether these are the bytes of this header and whole. */
    static boolean holds(ByteBuffer header, byte[] bytes) {
        int end = bytes.length - Packer.CHECKSUM_BYTES;
        int sum = Packer.checksum(bytes, end);
        for (int i = 0; i < Packer.CHECKSUM_BYTES; i++) {
            byte expected = (byte) (sum >>> 8 * i);
            if (bytes[end + i] != expected || header.get(header.position() + 28 + i) != expected) {
                return false;
            }
        }
        return true;
    }

    private static int checksum(ByteBuffer header, int begin) {
        CRC32C sum = new CRC32C();
        sum.update(header.slice(begin, HEADER_BYTES - Integer.BYTES));
        return (int) sum.getValue();
    }
}
