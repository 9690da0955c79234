package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;

/** What changes in a side's head before the client sees it. One for each event loop, valid until it is begun anew. */
public final class AnswerEdits {

    private static final long ALWAYS = Known.bit(Known.X_REQUEST_ID) | Known.bit(Known.X_BAILEY_SIDE);

    private final ByteWriter added = new ByteWriter(512);
    private long dropped;
    private long bodyLength;

    /** @param length of the body that follows, as {@link dev.bailey.gateway.http.AnswerHead#bodyLength} */
    AnswerEdits begin(long length) {
        added.clear();
        dropped = ALWAYS;
        bodyLength = length;
        return this;
    }

    /** Nothing changes: another gateway has made it what the client is to see. */
    AnswerEdits untouched(long length) {
        begin(length);
        dropped = 0;
        return this;
    }

    /** The body is another one than the side's. */
    AnswerEdits replaceBody(long length) {
        bodyLength = length;
        dropped |= Known.bit(Known.CONTENT_LENGTH);
        return this;
    }

    /** @param fields bits of the known fields that do not go on either */
    AnswerEdits drop(long fields) {
        dropped |= fields;
        return this;
    }

    /** Whole lines, each with its CR LF, in place of what was dropped. */
    public ByteWriter added() {
        return added;
    }

    /** Bits of the known fields that do not go on. */
    public long dropped() {
        return dropped;
    }

    /** Of the body that follows, as {@link dev.bailey.gateway.http.AnswerHead#bodyLength}. */
    public long bodyLength() {
        return bodyLength;
    }

    /** Whether {@code Content-Length} must be written, because the side's own was dropped. */
    public boolean writesLength() {
        return (dropped & Known.bit(Known.CONTENT_LENGTH)) != 0 && bodyLength >= 0;
    }
}
