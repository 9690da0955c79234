package dev.bailey.benchmarks.fuzz;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.ChunkWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.http.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Writes messages for the next hop as the gateway does: the fields that go on, and one framing of our own. Stateless. */
final class NextHop {

    private static final long REPLACED = Known.bit(Known.HOST)
            | Known.bit(Known.EXPECT)
            | Known.bit(Known.X_REQUEST_ID)
            | Known.bit(Known.TRACEPARENT)
            | Known.bit(Known.X_FORWARDED_FOR);
    private static final int VERSION_END = 8;

    private NextHop() {}

    /** The request line a side sees. */
    static String line(RequestHead head) {
        return head.method() + " " + head.target() + " HTTP/1.1";
    }

    /** The status line a client sees. */
    static String line(AnswerHead head) {
        return "HTTP/1.1"
                + new String(
                        head.bytes(),
                        VERSION_END,
                        head.fieldsFrom() - 2 - VERSION_END,
                        java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** With the whole body at hand, so that its length is known. */
    static byte[] whole(Trace.Message<RequestHead> message, @Nullable String alsoDropped) {
        RequestHead head = message.head;
        byte[] body = message.body.toByteArray();
        ByteWriter out = requestHead(head);
        head.copyTo(out, REPLACED | Known.bit(Known.CONTENT_LENGTH), alsoDropped);
        if (body.length > 0 || !head.isSafe()) {
            out.ascii("Content-Length: ").decimal(body.length).crlf();
        }
        return out.field("X-Request-Id", "1").crlf().bytes(body).toArray();
    }

    /** While the body is still coming: its own length, or chunks of any size. */
    static byte[] streamed(Trace.Message<RequestHead> message, Random random) {
        RequestHead head = message.head;
        ByteWriter out = requestHead(head);
        head.copyTo(out, REPLACED);
        boolean chunked = head.bodyLength() == RequestHead.CHUNKED;
        if (chunked) {
            out.ascii("Transfer-Encoding: chunked").crlf();
        }
        out.field("X-Request-Id", "1").crlf();
        body(out, message, chunked, random);
        return out.toArray();
    }

    private static ByteWriter requestHead(RequestHead head) {
        return new ByteWriter(512)
                .bytes(head.bytes(), 0, head.targetTo())
                .ascii(" HTTP/1.1")
                .crlf()
                .field("Host", "side:1");
    }

    /** @param toHead whether it is an answer to HEAD */
    static byte[] answer(Trace.Message<AnswerHead> message, boolean toHead, Random random) {
        AnswerHead head = message.head;
        ByteWriter out = new ByteWriter(512).ascii("HTTP/1.1").bytes(head.bytes(), VERSION_END, head.fieldsFrom());
        long dropped = Known.bit(Known.X_REQUEST_ID) | Known.bit(Known.X_BAILEY_SIDE);
        head.copyTo(out, dropped | AnswerHead.forbidden(head.status()));
        boolean bodiless = toHead || AnswerHead.isBodiless(head.status());
        boolean chunked = !bodiless && head.bodyLength() < 0;
        if (chunked) {
            out.ascii("Transfer-Encoding: chunked").crlf();
        }
        out.field("X-Request-Id", "1").crlf();
        body(out, message, chunked, random);
        return out.toArray();
    }

    private static void body(ByteWriter out, Trace.Message<?> message, boolean chunked, Random random) {
        byte[] body = message.body.toByteArray();
        if (!chunked) {
            out.bytes(body);
            return;
        }
        for (int at = 0; at < body.length; ) {
            int length = 1 + random.nextInt(body.length - at);
            move(ChunkWriter.chunk(PooledByteBufAllocator.DEFAULT, Unpooled.wrappedBuffer(body, at, length)), out);
            at += length;
        }
        if (message.complete) {
            Trailers trailers = message.trailers;
            move(ChunkWriter.last(PooledByteBufAllocator.DEFAULT, trailers), out);
        }
    }

    private static void move(ByteBuf from, ByteWriter out) {
        byte[] bytes = new byte[from.readableBytes()];
        from.readBytes(bytes);
        from.release();
        out.bytes(bytes);
    }
}
