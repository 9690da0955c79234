package dev.bailey.gateway.server;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Http2Form;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.Pieces;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.proxy.AnswerEdits;
import dev.bailey.gateway.proxy.Answers;
import dev.bailey.gateway.proxy.ClientStream;
import dev.bailey.gateway.proxy.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request over HTTP/2. Its body is acknowledged to the client's window only as it is passed on; its answer's last piece is
 * held until it is known to be the last. Used on its connection's event loop.
 */
final class Http2ClientStream implements ClientStream {

    private static final Logger log = LoggerFactory.getLogger(Http2ClientStream.class);
    private static final AsciiString CONTINUE = AsciiString.cached("100");

    /** A client that is being answered may say nothing for so long: what it has to say may depend on what it hears. */
    private static final long CONVERSATION_IDLE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Http2ClientConnection connection;
    private final Http2Stream stream;
    private final BodyPace pace = new BodyPace();

    private @Nullable Exchange exchange;
    private @Nullable Http2Headers headWaiting;
    private @Nullable ByteBuf pieceWaiting;
    private boolean requestEnded;
    private boolean continueOwed;
    private boolean toHead;
    private boolean bodiless;
    private boolean answerBegun;
    private boolean closed;
    private int unreturned;
    private long dueNanos;
    private long stalledSince;

    Http2ClientStream(Http2ClientConnection connection, Http2Stream stream) {
        this.connection = connection;
        this.stream = stream;
    }

    void begin(Http2Headers headers, boolean ended) {
        requestEnded = ended;
        RequestHead head;
        try {
            head = Http2Form.request(headers, ended, connection.lane().scratch());
        } catch (MalformedException malformed) {
            refuse(malformed.status(), malformed.reason());
            return;
        }
        toHead = head.isMethod("HEAD");
        continueOwed = head.expectsContinue() && !ended;
        pace.begin(connection.listener().intake());
        Exchange begun = new Exchange(
                head,
                connection.peer(),
                this,
                connection.lane(),
                connection.listener().inFlight(),
                System.nanoTime());
        exchange = begun;
        connection.listener().path().handle(begun);
    }

    /** Returns how many of the bytes are not to be acknowledged yet. */
    int data(ByteBuf piece) {
        int length = piece.readableBytes();
        Exchange current = exchange;
        connection.listener().bytesIn(length);
        if (current == null || length == 0) {
            return 0;
        }
        continueOwed = false;
        dueNanos = 0;
        pace.came(length, System.nanoTime());
        unreturned += length;
        current.body().offer(Pieces.next(piece, length));
        return length;
    }

    void trailers(Http2Headers headers) {
        try {
            end(Http2Form.trailers(headers, connection.lane().scratch()));
        } catch (MalformedException malformed) {
            refuse(malformed.status(), malformed.reason());
        }
    }

    void end(@Nullable Trailers trailers) {
        requestEnded = true;
        dueNanos = 0;
        Exchange current = exchange;
        if (current != null) {
            current.body().end(trailers);
        }
    }

    /** Gives the request up, with an answer of our own where none has begun. */
    private void refuse(int status, String reason) {
        log.debug("refused a request: {}", reason);
        connection.listener().refused(status);
        Exchange current = exchange;
        exchange = null;
        String requestId = current == null ? connection.lane().ids().nextText() : current.requestId();
        if (current != null) {
            current.clientGone();
        }
        if (isAnswered()) {
            connection.reset(stream, Http2Error.INTERNAL_ERROR);
            return;
        }
        byte[] text = Answers.errorBody(reason, requestId);
        AnswerHead head = Answers.errorHead(status, text.length, Optional.empty());
        ByteWriter lines = connection.lane().scratch().out();
        head.copyTo(lines, 0);
        lines.field("X-Request-Id", requestId);
        answerBegun = true;
        ChannelFuture written = connection.write(stream, Http2Form.toAnswer(status, lines), toHead);
        if (!toHead) {
            written = connection.write(stream, Unpooled.wrappedBuffer(text), true);
        }
        finished(written);
    }

    @Override
    public void pull() {
        if (requestEnded || closed) {
            return;
        }
        if (continueOwed) {
            continueOwed = false;
            connection.write(stream, new DefaultHttp2Headers(false, 1).status(CONTINUE), false);
            connection.flushSoon();
        }
        long now = System.nanoTime();
        dueNanos = now + (isAnswered() ? CONVERSATION_IDLE_NANOS : pace.waits(now, connection.idleNanos()));
        int back = unreturned;
        if (back > 0) {
            unreturned = 0;
            connection.consumed(stream, back);
        }
    }

    /** Its answer has begun: while the request goes on, the two are a conversation. */
    private boolean isAnswered() {
        return answerBegun || headWaiting != null;
    }

    /** Looked at from time to time. */
    void check(long now) {
        if (stalledSince != 0 && now - stalledSince > connection.idleNanos()) {
            log.debug("reset a request whose client does not read its answer");
            abort();
        } else if (dueNanos != 0 && now - dueNanos > 0 && exchange != null) {
            refuse(408, "the request did not arrive in time");
        }
    }

    @Override
    public boolean isWritable() {
        return connection.isWritable(stream);
    }

    void writable() {
        stalledSince = 0;
        Exchange current = exchange;
        if (current != null) {
            current.clientWritable();
        }
    }

    @Override
    public void informational(AnswerHead head) {
        if (!answerBegun && headWaiting == null) {
            ByteWriter lines = connection.lane().scratch().out();
            head.copyTo(lines, 0);
            connection.write(stream, Http2Form.toAnswer(head.status(), lines), false);
            connection.flushSoon();
        }
    }

    @Override
    public void head(AnswerHead head, AnswerEdits edits) {
        if (dueNanos != 0) {
            dueNanos = System.nanoTime() + CONVERSATION_IDLE_NANOS;
        }
        bodiless = toHead || AnswerHead.isBodiless(head.status());
        ByteWriter lines = connection.lane().scratch().out();
        head.copyTo(lines, edits.dropped());
        ByteWriter added = edits.added();
        lines.bytes(added.array(), 0, added.length());
        if (!bodiless && edits.writesLength()) {
            lines.ascii("content-length: ").decimal(edits.bodyLength()).crlf();
        }
        headWaiting = Http2Form.toAnswer(head.status(), lines);
    }

    @Override
    public void body(ByteBuf chunk) {
        int length = chunk.readableBytes();
        connection.listener().bytesOut(length);
        if (closed || bodiless || length == 0) {
            chunk.release();
            return;
        }
        writeWaiting();
        pieceWaiting = chunk;
        if (!isWritable() && stalledSince == 0) {
            stalledSince = System.nanoTime();
        }
    }

    private void writeWaiting() {
        Http2Headers head = headWaiting;
        if (head != null) {
            headWaiting = null;
            answerBegun = true;
            connection.write(stream, head, false);
        }
        ByteBuf piece = pieceWaiting;
        if (piece != null) {
            pieceWaiting = null;
            connection.write(stream, piece, false);
        }
    }

    @Override
    public void flush() {
        if (!closed) {
            writeWaiting();
            connection.flushSoon();
        }
    }

    @Override
    public void answered(@Nullable Trailers trailers) {
        exchange = null;
        if (closed) {
            return;
        }
        Http2Headers head = headWaiting;
        ChannelFuture written;
        if (trailers != null) {
            writeWaiting();
            written = connection.write(stream, Http2Form.toTrailers(trailers), true);
        } else if (head != null && pieceWaiting == null) {
            headWaiting = null;
            written = connection.write(stream, head, true);
        } else {
            ByteBuf last = pieceWaiting;
            pieceWaiting = null;
            writeWaiting();
            written = connection.write(stream, last == null ? Unpooled.EMPTY_BUFFER : last, true);
        }
        answerBegun = true;
        finished(written);
    }

    private void finished(ChannelFuture written) {
        dueNanos = 0;
        if (!requestEnded) {
            // RFC 9113, 8.1: a client that still sends its request is told that it need not.
            written.addListener(_ -> {
                if (!closed && !requestEnded) {
                    connection.reset(stream, Http2Error.NO_ERROR);
                }
            });
        }
        int back = unreturned;
        unreturned = 0;
        if (back > 0) {
            connection.consumed(stream, back);
        }
        if (stalledSince == 0 && !isWritable()) {
            stalledSince = System.nanoTime();
        }
        connection.flushSoon();
    }

    @Override
    public void abort() {
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.clientGone();
        }
        connection.reset(stream, Http2Error.INTERNAL_ERROR);
    }

    /** The stream is no more: answered, or reset by either end. */
    void closed() {
        closed = true;
        headWaiting = null;
        ByteBuf piece = pieceWaiting;
        if (piece != null) {
            pieceWaiting = null;
            piece.release();
        }
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.clientGone();
        }
    }
}
