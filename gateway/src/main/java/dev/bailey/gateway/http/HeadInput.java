package dev.bailey.gateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes heads from a connection's bytes, also when they come in parts. A part is looked at again only when a line has ended since,
 * so that a head sent byte by byte costs no more than its length times its lines. Used by one thread.
 */
public final class HeadInput {

    private static final int FIRST_LOOK = 2 * 1024;
    private static final int LONGEST = 66 * 1024;

    private static final int MAX_EMPTY_LINES = 4;

    private final Scratch scratch;
    private @Nullable ByteWriter part;
    private int emptyLines;

    public HeadInput(Scratch scratch) {
        this.scratch = scratch;
    }

    /** Whether a head has begun to arrive. */
    public boolean hasBegun() {
        return part != null;
    }

    public void forget() {
        part = null;
    }

    private interface Reading<H> {
        @Nullable
        H read(HeadReader heads, byte[] bytes, int to) throws MalformedException;
    }

    private static final Reading<RequestHead> REQUEST = (heads, bytes, to) -> heads.request(bytes, 0, to);
    private static final Reading<AnswerHead> ANSWER = (heads, bytes, to) -> heads.answer(bytes, 0, to, false);
    private static final Reading<AnswerHead> ANSWER_TO_HEAD = (heads, bytes, to) -> heads.answer(bytes, 0, to, true);

    /** The next request's head; null when more bytes are needed, and then all were taken. */
    public @Nullable RequestHead request(ByteBuf in) throws MalformedException {
        passOverEmptyLines(in);
        if (!in.isReadable()) {
            return null;
        }
        RequestHead head = next(in, REQUEST);
        if (head != null) {
            emptyLines = 0;
        }
        return head;
    }

    /** RFC 9112, 2.2: empty lines before a request are passed over, a few of them. */
    private void passOverEmptyLines(ByteBuf in) throws MalformedException {
        ByteWriter begun = part;
        if (begun != null && begun.length() == 1 && begun.array()[0] == '\r' && isNext(in, 0, '\n')) {
            in.skipBytes(1);
            part = null;
            passedOver();
        }
        while (part == null && isNext(in, 0, '\r') && isNext(in, 1, '\n')) {
            in.skipBytes(2);
            passedOver();
        }
    }

    private static boolean isNext(ByteBuf in, int at, char expected) {
        return in.readableBytes() > at && in.getByte(in.readerIndex() + at) == expected;
    }

    private void passedOver() throws MalformedException {
        if (++emptyLines > MAX_EMPTY_LINES) {
            throw new MalformedException(400, "empty lines instead of a request");
        }
    }

    /** The next answer's head; null when more bytes are needed, and then all were taken. */
    public @Nullable AnswerHead answer(ByteBuf in, boolean toHead) throws MalformedException {
        return next(in, toHead ? ANSWER_TO_HEAD : ANSWER);
    }

    private <H> @Nullable H next(ByteBuf in, Reading<H> reading) throws MalformedException {
        ByteWriter begun = part;
        if (begun != null) {
            return goOn(begun, in, reading);
        }
        int readable = in.readableBytes();
        int look = Math.min(readable, FIRST_LOOK);
        byte[] bytes = scratch.in(look);
        in.getBytes(in.readerIndex(), bytes, 0, look);
        H head = reading.read(scratch.heads(), bytes, look);
        if (head == null && look < readable) {
            look = Math.min(readable, LONGEST);
            bytes = scratch.in(look);
            in.getBytes(in.readerIndex(), bytes, 0, look);
            head = reading.read(scratch.heads(), bytes, look);
        }
        if (head != null) {
            in.skipBytes(scratch.heads().consumed());
            return head;
        }
        ByteWriter kept = new ByteWriter(look + 512);
        kept.from(in, look);
        part = kept;
        return null;
    }

    private <H> @Nullable H goOn(ByteWriter begun, ByteBuf in, Reading<H> reading) throws MalformedException {
        int before = begun.length();
        int more = Math.min(in.readableBytes(), LONGEST - before);
        int from = in.readerIndex();
        boolean lineEnded = in.indexOf(from, from + more, (byte) '\n') >= 0;
        begun.from(in, more);
        if (!lineEnded && begun.length() < LONGEST) {
            return null;
        }
        H head = reading.read(scratch.heads(), begun.array(), begun.length());
        if (head == null) {
            if (begun.length() >= LONGEST) {
                throw new MalformedException(431, "the head is longer than " + LONGEST + " bytes");
            }
            return null;
        }
        in.readerIndex(from + scratch.heads().consumed() - before);
        part = null;
        return head;
    }
}
