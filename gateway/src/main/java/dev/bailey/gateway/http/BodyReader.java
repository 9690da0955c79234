package dev.bailey.gateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Cuts a body out of a connection's bytes by its framing (RFC 9112, 6 and 7). Used by one thread, for one body after the other. */
public final class BodyReader {

    private static final int MAX_CHUNK_LINE = 1024;
    private static final int MAX_CHUNK_DIGITS = 15;

    /** Told of what is read. */
    public interface Sink {

        /** A piece of the body, taken over. */
        void data(ByteBuf piece);

        /** The body is complete; the trailers, where a chunked one had any. */
        void end(@Nullable Trailers trailers);
    }

    private enum State {
        NONE,
        FIXED,
        CHUNK_LINE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS,
        UNTIL_CLOSE
    }

    private final HeadReader heads;
    private State state = State.NONE;
    private long left;
    private @Nullable ByteWriter line;

    public BodyReader(HeadReader heads) {
        this.heads = heads;
    }

    /** @param length bytes, or {@link AnswerHead#CHUNKED}, or {@link AnswerHead#UNTIL_CLOSE} */
    public void begin(long length) {
        left = length;
        if (length == AnswerHead.CHUNKED) {
            state = State.CHUNK_LINE;
            lineOf().clear();
        } else if (length == AnswerHead.UNTIL_CLOSE) {
            state = State.UNTIL_CLOSE;
        } else {
            state = length == 0 ? State.NONE : State.FIXED;
        }
    }

    /** Whether a body is under way. */
    public boolean isReading() {
        return state != State.NONE;
    }

    /** Whether the connection's end is the body's end. */
    public boolean isUntilClose() {
        return state == State.UNTIL_CLOSE;
    }

    /** Forgets the body under way. */
    public void stop() {
        state = State.NONE;
    }

    /** Reads on until the body ends or the bytes do. */
    public void read(ByteBuf in, Sink sink) throws MalformedException {
        while (state != State.NONE && in.isReadable()) {
            switch (state) {
                case FIXED, CHUNK_DATA -> data(in, sink);
                case UNTIL_CLOSE -> sink.data(Pieces.next(in, in.readableBytes()));
                case CHUNK_LINE -> chunkLine(in);
                case CHUNK_END -> chunkEnd(in);
                case TRAILERS -> trailers(in, sink);
                case NONE -> throw new AssertionError();
            }
        }
    }

    private void data(ByteBuf in, Sink sink) {
        int length = (int) Math.min(left, in.readableBytes());
        left -= length;
        ByteBuf piece = Pieces.next(in, length);
        if (left > 0) {
            sink.data(piece);
        } else if (state == State.FIXED) {
            state = State.NONE;
            sink.data(piece);
            sink.end(null);
        } else {
            state = State.CHUNK_END;
            lineOf().clear();
            sink.data(piece);
        }
    }

    private ByteWriter lineOf() {
        ByteWriter known = line;
        if (known == null) {
            known = new ByteWriter(64);
            line = known;
        }
        return known;
    }

    /** Gathers up to and with the next line feed; false when it has not come. */
    private boolean gather(ByteBuf in, int max, int status, String what) throws MalformedException {
        ByteWriter gathered = lineOf();
        int from = in.readerIndex();
        int feed = in.indexOf(from, in.writerIndex(), (byte) '\n');
        int length = (feed < 0 ? in.writerIndex() : feed + 1) - from;
        if (gathered.length() + length > max) {
            throw new MalformedException(status, what + " is longer than " + max + " bytes");
        }
        gathered.from(in, length);
        if (feed >= 0 && (gathered.length() < 2 || gathered.array()[gathered.length() - 2] != '\r')) {
            throw new MalformedException(400, "a line feed on its own in the framing of a body");
        }
        return feed >= 0;
    }

    private void chunkLine(ByteBuf in) throws MalformedException {
        if (!gather(in, MAX_CHUNK_LINE, 400, "a chunk's line")) {
            return;
        }
        ByteWriter gathered = lineOf();
        left = chunkSize(gathered.array(), gathered.length() - 2);
        gathered.clear();
        state = left == 0 ? State.TRAILERS : State.CHUNK_DATA;
    }

    private static long chunkSize(byte[] line, int length) throws MalformedException {
        int at = 0;
        long size = 0;
        while (at < length && Character.digit(line[at], 16) >= 0) {
            size = size << 4 | Character.digit(line[at], 16);
            at++;
            if (at > MAX_CHUNK_DIGITS) {
                break;
            }
        }
        int digits = at;
        while (at < length && (line[at] == ' ' || line[at] == '\t')) {
            at++;
        }
        if (digits == 0 || digits > MAX_CHUNK_DIGITS || (at < length && line[at] != ';')) {
            throw new MalformedException(400, "a chunk's size is not a hexadecimal number");
        }
        for (; at < length; at++) {
            if (!Ascii.isValue(line[at])) {
                throw new MalformedException(400, "a control character in a chunk's extension");
            }
        }
        return size;
    }

    private void chunkEnd(ByteBuf in) throws MalformedException {
        ByteWriter gathered = lineOf();
        gathered.from(in, Math.min(2 - gathered.length(), in.readableBytes()));
        byte[] end = gathered.array();
        if (end[0] != '\r' || (gathered.length() == 2 && end[1] != '\n')) {
            throw new MalformedException(400, "a chunk is longer than its size");
        }
        if (gathered.length() == 2) {
            gathered.clear();
            state = State.CHUNK_LINE;
        }
    }

    private void trailers(ByteBuf in, Sink sink) throws MalformedException {
        ByteWriter gathered = lineOf();
        if (!gather(in, HeadReader.MAX_TRAILERS, 431, "a trailer section")) {
            return;
        }
        Trailers trailers = heads.trailers(gathered.array(), 0, gathered.length());
        if (trailers != null) {
            gathered.clear();
            state = State.NONE;
            sink.end(trailers.count() == 0 ? null : trailers);
        }
    }
}
