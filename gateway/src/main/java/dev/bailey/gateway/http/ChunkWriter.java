package dev.bailey.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes the chunked coding (RFC 9112, 7.1). Stateless. */
public final class ChunkWriter {

    /** A piece up to this length is copied beside its framing, which costs less than two buffers more. */
    private static final int COPIED = 4 * 1024;

    private static final int MAX_FRAMING = 20;
    private static final ByteBuf LAST = Unpooled.unreleasableBuffer(Unpooled.directBuffer(5)
            .writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
            .asReadOnly());
    private static final ByteBuf CRLF = Unpooled.unreleasableBuffer(Unpooled.directBuffer(2)
            .writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII))
            .asReadOnly());

    private ChunkWriter() {}

    /** One chunk. Takes the piece over, which must not be empty: an empty chunk would be the last. */
    public static ByteBuf chunk(ByteBufAllocator alloc, ByteBuf piece) {
        int length = piece.readableBytes();
        if (length == 0) {
            throw new IllegalArgumentException("an empty chunk (it would end the body)");
        }
        if (length <= COPIED) {
            ByteBuf whole = alloc.ioBuffer(length + MAX_FRAMING);
            size(whole, length);
            whole.writeBytes(piece).writeShort('\r' << 8 | '\n');
            piece.release();
            return whole;
        }
        ByteBuf line = alloc.ioBuffer(MAX_FRAMING);
        size(line, length);
        return alloc.compositeDirectBuffer(3)
                .addComponent(true, line)
                .addComponent(true, piece)
                .addComponent(true, CRLF.duplicate());
    }

    /** The size's line of a chunk. */
    public static void size(ByteBuf out, int length) {
        int shift = Math.max(0, (31 - Integer.numberOfLeadingZeros(length)) / 4 * 4);
        for (; shift >= 0; shift -= 4) {
            out.writeByte(Character.forDigit(length >>> shift & 15, 16));
        }
        out.writeShort('\r' << 8 | '\n');
    }

    /** The last chunk, with trailers where there are any. */
    public static ByteBuf last(ByteBufAllocator alloc, @Nullable Trailers trailers) {
        if (trailers == null || trailers.count() == 0) {
            return LAST.duplicate();
        }
        ByteBuf out = alloc.ioBuffer(trailers.bytes().length + 3);
        out.writeByte('0').writeShort('\r' << 8 | '\n');
        return out.writeBytes(trailers.bytes());
    }
}
