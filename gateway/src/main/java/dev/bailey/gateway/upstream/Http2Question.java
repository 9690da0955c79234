package dev.bailey.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One {@code GET} over a connection of HTTP/2 (RFC 9113) that is made for it, on blocking streams: nothing after the status of
 * its answer is read.
 */
final class Http2Question {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int STREAM = 1;
    private static final int HEADER = 9;

    /** What any endpoint may send without asking. */
    private static final int MAX_FRAME = 16 * 1024;

    private static final int MAX_FRAMES = 1_000;
    private static final int MAX_BLOCK = 64 * 1024;
    private static final int PRIORITY_BYTES = 5;
    private static final Http2Flags NONE = new Http2Flags();
    private static final Http2Flags ACK = new Http2Flags().ack(true);

    private final InputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersDecoder decoder =
            new DefaultHttp2HeadersDecoder(false, Http2CodecUtil.DEFAULT_HEADER_LIST_SIZE);

    Http2Question(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    private record Frame(int type, Http2Flags flags, int stream, byte[] payload) {}

    /** Asks, and waits for the status of the final answer. */
    int status(String scheme, String authority, String path) throws IOException {
        try {
            ask(scheme, authority, path);
            for (int i = 0; i < MAX_FRAMES; i++) {
                Http2Headers answer = answer(next());
                int status = answer == null ? 0 : Integer.parseInt(String.valueOf(answer.status()));
                if (status >= 200) {
                    return status;
                }
            }
            throw new IOException("no answer within " + MAX_FRAMES + " frames");
        } catch (Http2Exception | NumberFormatException broken) {
            throw new IOException("not HTTP/2: " + broken.getMessage(), broken);
        }
    }

    private void ask(String scheme, String authority, String path) throws IOException, Http2Exception {
        Http2Headers head = new DefaultHttp2Headers()
                .method("GET")
                .scheme(scheme)
                .authority(authority)
                .path(path)
                .set("user-agent", HealthProbe.USER_AGENT)
                .set("accept", "*/*");
        ByteBuf block = Unpooled.buffer();
        new DefaultHttp2HeadersEncoder().encodeHeaders(STREAM, head, block);
        byte[] bytes = new byte[block.readableBytes()];
        block.readBytes(bytes);
        block.release();
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        first.writeBytes(PREFACE);
        write(first, Http2FrameTypes.SETTINGS, NONE, 0, new byte[0]);
        write(
                first,
                Http2FrameTypes.HEADERS,
                new Http2Flags().endOfHeaders(true).endOfStream(true),
                STREAM,
                bytes);
        out.write(first.toByteArray());
        out.flush();
    }

    private static void write(OutputStream to, int type, Http2Flags flags, int stream, byte[] payload)
            throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        header.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        header.put((byte) type).put((byte) flags.value()).putInt(stream);
        to.write(header.array());
        to.write(payload);
    }

    private Frame next() throws IOException {
        ByteBuffer header = ByteBuffer.wrap(exactly(HEADER));
        int length = (header.get() & 0xff) << 16 | header.getShort() & 0xffff;
        int type = header.get();
        Http2Flags flags = new Http2Flags((short) (header.get() & 0xff));
        int stream = header.getInt() & Integer.MAX_VALUE;
        if (length > MAX_FRAME) {
            throw new IOException("not HTTP/2: a frame of " + length + " bytes (expected at most " + MAX_FRAME + ")");
        }
        return new Frame(type, flags, stream, exactly(length));
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("closed without an answer");
        }
        return bytes;
    }

    /** What a frame says of the answer; null when it says nothing. */
    private @Nullable Http2Headers answer(Frame frame) throws IOException, Http2Exception {
        switch (frame.type) {
            case Http2FrameTypes.SETTINGS -> reply(frame);
            case Http2FrameTypes.PING -> reply(frame);
            case Http2FrameTypes.GO_AWAY -> throw new IOException("the service closes the connection (GOAWAY)");
            case Http2FrameTypes.RST_STREAM -> throw new IOException("the service reset the request");
            case Http2FrameTypes.HEADERS -> {
                return fields(frame);
            }
            default -> {}
        }
        return null;
    }

    private void reply(Frame frame) throws IOException {
        if (!frame.flags.ack()) {
            byte[] payload = frame.type == Http2FrameTypes.PING ? frame.payload : new byte[0];
            write(out, frame.type, ACK, 0, payload);
            out.flush();
        }
    }

    private Http2Headers fields(Frame first) throws IOException, Http2Exception {
        int from = first.flags.paddingPresent() ? 1 : 0;
        int padding = from == 1 && first.payload.length > 0 ? first.payload[0] & 0xff : 0;
        from += first.flags.priorityPresent() ? PRIORITY_BYTES : 0;
        int to = first.payload.length - padding;
        if (from > to) {
            throw new IOException("not HTTP/2: HEADERS with more padding than payload");
        }
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(first.payload, from, to - from);
        for (Frame last = first; !last.flags.endOfHeaders(); ) {
            last = next();
            if (last.type != Http2FrameTypes.CONTINUATION || block.size() + last.payload.length > MAX_BLOCK) {
                throw new IOException("not HTTP/2: headers that do not end");
            }
            block.writeBytes(last.payload);
        }
        return decoder.decodeHeaders(STREAM, Unpooled.wrappedBuffer(block.toByteArray()));
    }
}
