package dev.bailey.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Cuts a client's bytes into requests: one {@link RequestHead}, the body's bytes as buffers, {@link BodyEnd} (only after a
 * body), and then nothing until {@link #next}: pipelined requests wait their turn. A {@link Malformed} is the last thing said.
 */
final class RequestDecoder extends ByteToMessageDecoder {

    private static final int MAX_REQUEST_LINE = 8 * 1024;
    private static final int MAX_HEAD = 32 * 1024;
    private static final int MAX_CHUNK_LINE = 1024;
    private static final int MAX_TRAILERS = 8 * 1024;
    private static final int MAX_CHUNK_DIGITS = 15;
    private static final int MAX_EMPTY_LINES = 4;

    /** Says that a body is complete. */
    enum BodyEnd {
        END
    }

    private enum State {
        HEAD,
        FIXED,
        CHUNK_LINE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS,
        WAITING,
        BROKEN
    }

    private final LineScanner lines = new LineScanner();
    private State state = State.HEAD;
    private long left;
    private int emptyLines;
    private boolean decoding;
    private boolean again;
    private boolean told;

    /** The last request was answered: the next one may come. */
    void next(ChannelHandlerContext own) {
        if (state != State.WAITING) {
            return;
        }
        state = State.HEAD;
        emptyLines = 0;
        lines.reset();
        if (decoding) {
            again = true;
        } else if (actualReadableBytes() > 0) {
            decodeHeld(own);
        } else {
            own.read();
        }
    }

    /** Whether a request has begun to arrive. */
    boolean isInHead() {
        return state == State.HEAD && actualReadableBytes() > 0;
    }

    /** Whether what comes is no longer understood. */
    boolean isBroken() {
        return state == State.BROKEN;
    }

    private void decodeHeld(ChannelHandlerContext own) {
        try {
            channelRead(own, Unpooled.EMPTY_BUFFER);
            if (state == State.HEAD) {
                own.read();
            }
        } catch (Exception failed) {
            own.fireExceptionCaught(failed);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object message) throws Exception {
        Object input = message;
        do {
            again = false;
            decoding = true;
            try {
                super.channelRead(own, input);
            } finally {
                decoding = false;
            }
            input = Unpooled.EMPTY_BUFFER;
        } while (again && actualReadableBytes() > 0);
        if (again) {
            again = false;
            own.read();
        }
    }

    /** A head in parts is always read on; of a body, what was not told is; pipelined requests wait unread. */
    @Override
    public void channelReadComplete(ChannelHandlerContext own) {
        boolean wants = switch (state) {
            case HEAD -> true;
            case FIXED, CHUNK_LINE, CHUNK_DATA, CHUNK_END, TRAILERS -> !told;
            case WAITING, BROKEN -> false;
        };
        told = false;
        discardSomeReadBytes();
        own.fireChannelReadComplete();
        if (wants) {
            own.read();
        }
    }

    @Override
    protected void decode(ChannelHandlerContext own, ByteBuf in, List<Object> out) {
        try {
            step(in, out);
            told |= !out.isEmpty();
        } catch (MalformedException refused) {
            state = State.BROKEN;
            in.skipBytes(in.readableBytes());
            out.add(refused.asMessage());
        }
    }

    private void step(ByteBuf in, List<Object> out) throws MalformedException {
        switch (state) {
            case HEAD -> head(in, out);
            case FIXED, CHUNK_DATA -> data(in, out);
            case CHUNK_LINE -> chunkLine(in);
            case CHUNK_END -> chunkEnd(in);
            case TRAILERS -> trailers(in, out);
            case WAITING -> {}
            case BROKEN -> in.skipBytes(in.readableBytes());
        }
    }

    private void head(ByteBuf in, List<Object> out) throws MalformedException {
        while (lines.isAtFirstLine() && lines.scanned() == 0 && in.readableBytes() >= 2 && isEmptyLine(in)) {
            if (++emptyLines > MAX_EMPTY_LINES) {
                throw new MalformedException(400, "empty lines instead of a request");
            }
            in.skipBytes(2);
        }
        if (lines.scanned() == 0 && in.readableBytes() == 1 && in.getByte(in.readerIndex()) == '\r') {
            return;
        }
        int length = lines.section(in, MAX_REQUEST_LINE, MAX_HEAD, lines.isAtFirstLine() ? 414 : 431);
        if (length < 0) {
            return;
        }
        RequestHead head = HeadParser.parse(ByteBufUtil.getBytes(in, in.readerIndex(), length));
        in.skipBytes(length);
        lines.reset();
        if (head.bodyLength() == RequestHead.CHUNKED) {
            state = State.CHUNK_LINE;
        } else if (head.hasBody()) {
            left = head.bodyLength();
            state = State.FIXED;
        } else {
            state = State.WAITING;
        }
        out.add(head);
    }

    private static boolean isEmptyLine(ByteBuf in) {
        return in.getByte(in.readerIndex()) == '\r' && in.getByte(in.readerIndex() + 1) == '\n';
    }

    private void data(ByteBuf in, List<Object> out) {
        int length = (int) Math.min(left, in.readableBytes());
        if (length > 0) {
            left -= length;
            out.add(in.readRetainedSlice(length));
        }
        if (left == 0 && state == State.FIXED) {
            state = State.WAITING;
            out.add(BodyEnd.END);
        } else if (left == 0) {
            state = State.CHUNK_END;
        }
    }

    private void chunkLine(ByteBuf in) throws MalformedException {
        int length = lines.line(in, MAX_CHUNK_LINE, 400);
        if (length < 0) {
            return;
        }
        left = chunkSize(in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1));
        in.skipBytes(length + 2);
        lines.reset();
        state = left == 0 ? State.TRAILERS : State.CHUNK_DATA;
    }

    private static long chunkSize(String line) throws MalformedException {
        int end = line.indexOf(';');
        String digits = end < 0 ? line : line.substring(0, end).stripTrailing();
        if (digits.isEmpty()
                || digits.length() > MAX_CHUNK_DIGITS
                || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80)) {
            throw new MalformedException(400, "a chunk's size is not a hexadecimal number");
        }
        if (line.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f)) {
            throw new MalformedException(400, "a control character in a chunk's extension");
        }
        return Long.parseLong(digits, 16);
    }

    private void chunkEnd(ByteBuf in) throws MalformedException {
        if (in.readableBytes() < 2) {
            return;
        }
        if (!isEmptyLine(in)) {
            throw new MalformedException(400, "a chunk is longer than its size");
        }
        in.skipBytes(2);
        state = State.CHUNK_LINE;
    }

    /** Trailers are read by the same rules as headers and dropped (RFC 9110, 6.5.1). */
    private void trailers(ByteBuf in, List<Object> out) throws MalformedException {
        int length = lines.section(in, MAX_TRAILERS, MAX_TRAILERS, 431);
        if (length < 0) {
            return;
        }
        HeadParser.checkTrailers(ByteBufUtil.getBytes(in, in.readerIndex(), length));
        in.skipBytes(length);
        lines.reset();
        state = State.WAITING;
        out.add(BodyEnd.END);
    }
}
