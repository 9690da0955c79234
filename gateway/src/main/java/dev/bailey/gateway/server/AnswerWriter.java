package dev.bailey.gateway.server;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.ChunkWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.http.Scratch;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.proxy.AnswerEdits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes answers to an HTTP/1.1 client: the side's bytes with the lines of this hop changed, and framing of our own. A head and
 * what follows soon share one buffer. Used on one event loop.
 */
final class AnswerWriter {

    /** A piece up to this length is copied behind the head, which costs less than a buffer more. */
    private static final int COPIED = 4 * 1024;

    private static final int MAX_PENDING = 16 * 1024;
    private static final int MAX_CHUNK_FRAMING = 12;
    private static final byte[] VERSION = "HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UPGRADE = "Connection: Upgrade\r\nUpgrade: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "Content-Length: ".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION_END = 8;
    private static final int SWITCHING = 101;

    private final Channel channel;
    private final Scratch scratch;

    private @Nullable ByteBuf pending;
    private boolean toHead;
    private boolean old;
    private boolean begun;
    private boolean chunks;
    private boolean bodiless;
    private boolean untilClose;

    AnswerWriter(Channel channel, Scratch scratch) {
        this.channel = channel;
        this.scratch = scratch;
    }

    /** The next answer is to this request. */
    void begin(RequestHead request) {
        toHead = request.isMethod("HEAD");
        old = request.isHttp10();
        begun = false;
        chunks = false;
        untilClose = false;
    }

    /** Whether the client has seen, or will see, the head of the answer under way. */
    boolean hasBegun() {
        return begun;
    }

    /** Whether the answer's end is the connection's end. */
    boolean endsWithConnection() {
        return untilClose;
    }

    void informational(AnswerHead head) {
        if (old || begun) {
            return;
        }
        ByteWriter out = scratch.out();
        out.bytes(VERSION).bytes(head.bytes(), VERSION_END, head.fieldsFrom());
        head.copyTo(out, AnswerHead.forbidden(head.status()));
        out.crlf();
        ByteBuf buffer = channel.alloc().ioBuffer(out.length());
        out.writeTo(buffer);
        channel.writeAndFlush(buffer, channel.voidPromise());
    }

    /** Returns whether the connection must be closed behind the answer, because nothing else marks its end. */
    boolean head(AnswerHead head, AnswerEdits edits, boolean close) {
        begun = true;
        long length = edits.bodyLength();
        bodiless = head.status() != SWITCHING && (toHead || AnswerHead.isBodiless(head.status()));
        untilClose = !bodiless && length < 0 && old;
        chunks = !bodiless && length < 0 && !old;
        ByteWriter out = scratch.out();
        out.bytes(VERSION).bytes(head.bytes(), VERSION_END, head.fieldsFrom());
        head.copyTo(out, edits.dropped() | AnswerHead.forbidden(head.status()));
        ByteWriter added = edits.added();
        out.bytes(added.array(), 0, added.length());
        if (chunks) {
            out.bytes(CHUNKED);
        } else if (!bodiless && (edits.writesLength() || (length == 0 && !head.has(Known.CONTENT_LENGTH)))) {
            out.bytes(LENGTH).decimal(length).crlf();
        }
        if (head.status() == SWITCHING) {
            upgrade(head, out);
        } else if (close || untilClose) {
            out.bytes(CLOSE);
        } else if (old) {
            out.bytes(KEEP_ALIVE);
        }
        out.crlf();
        int room = length >= 0 && length <= COPIED ? (int) length : 0;
        ByteBuf buffer = channel.alloc().ioBuffer(out.length() + room);
        out.writeTo(buffer);
        pending = buffer;
        return untilClose;
    }

    private static void upgrade(AnswerHead head, ByteWriter out) {
        int field = head.find(Known.UPGRADE, 0);
        if (field >= 0) {
            out.bytes(UPGRADE)
                    .bytes(head.bytes(), head.valueFrom(field), head.valueTo(field))
                    .crlf();
        }
    }

    /** Takes the piece over. */
    void body(ByteBuf piece) {
        int length = piece.readableBytes();
        if (length == 0 || bodiless) {
            piece.release();
            return;
        }
        if (length > COPIED) {
            writePending();
            channel.write(chunks ? ChunkWriter.chunk(channel.alloc(), piece) : piece, channel.voidPromise());
            return;
        }
        ByteBuf out = pending;
        if (out == null) {
            out = channel.alloc().ioBuffer(length + MAX_CHUNK_FRAMING);
            pending = out;
        }
        if (chunks) {
            ChunkWriter.size(out, length);
            out.writeBytes(piece).writeShort('\r' << 8 | '\n');
        } else {
            out.writeBytes(piece);
        }
        piece.release();
        if (out.readableBytes() > MAX_PENDING) {
            writePending();
        }
    }

    private void writePending() {
        ByteBuf out = pending;
        if (out != null) {
            pending = null;
            channel.write(out, channel.voidPromise());
        }
    }

    void flush() {
        writePending();
        channel.flush();
    }

    void end(@Nullable Trailers trailers) {
        if (chunks) {
            writePending();
            channel.write(ChunkWriter.last(channel.alloc(), trailers), channel.voidPromise());
        }
        flush();
        begun = false;
        toHead = false;
    }

    /** An answer of the gateway's own, behind which the connection closes. */
    void own(AnswerHead head, String requestId, byte[] body) {
        ByteWriter out = scratch.out();
        out.bytes(head.bytes(), 0, head.bytes().length - 2)
                .field("X-Request-Id", requestId)
                .bytes(CLOSE)
                .crlf();
        if (!toHead) {
            out.bytes(body);
        }
        ByteBuf buffer = channel.alloc().ioBuffer(out.length());
        out.writeTo(buffer);
        channel.writeAndFlush(buffer, channel.voidPromise());
    }

    void discard() {
        ByteBuf out = pending;
        if (out != null) {
            pending = null;
            out.release();
        }
    }
}
