package dev.bailey.gateway.server;

import io.netty.buffer.ByteBuf;

/**
 * Finds the end of lines that must end with CR LF, looking at each byte once however they arrive. A CR or LF on its own is
 * refused, because readers differ on what it means.
 */
final class LineScanner {

    private int scanned;
    private int lineStart;
    private boolean afterCr;

    void reset() {
        scanned = 0;
        lineStart = 0;
        afterCr = false;
    }

    /** Bytes from the buffer's reader index up to and with the next empty line; -1 when it has not come. */
    int section(ByteBuf in, int maxLine, int maxSection, int lineStatus) throws MalformedException {
        while (true) {
            int length = line(in, maxLine, lineStatus);
            if (scanned > maxSection) {
                throw new MalformedException(431, "the head is longer than " + maxSection + " bytes");
            }
            if (length < 0) {
                return -1;
            }
            if (length == 0) {
                return scanned;
            }
        }
    }

    /** Length of the next line without its end; -1 when it has not come. Afterwards {@link #scanned} stands behind it. */
    int line(ByteBuf in, int maxLine, int lineStatus) throws MalformedException {
        int from = in.readerIndex();
        int available = in.readableBytes();
        while (scanned < available) {
            byte b = in.getByte(from + scanned++);
            if (afterCr) {
                if (b != '\n') {
                    throw new MalformedException(400, "a carriage return on its own");
                }
                afterCr = false;
                int length = scanned - lineStart - 2;
                lineStart = scanned;
                return length;
            }
            if (b == '\n') {
                throw new MalformedException(400, "a line feed on its own");
            }
            afterCr = b == '\r';
            if (scanned - lineStart > maxLine) {
                throw new MalformedException(lineStatus, "a line is longer than " + maxLine + " bytes");
            }
        }
        return -1;
    }

    int scanned() {
        return scanned;
    }

    boolean isAtFirstLine() {
        return lineStart == 0;
    }
}
