package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Http2Form;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.Pieces;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call over HTTP/2. The answer is acknowledged to the service's window only as its client reads it. Used on its connection's
 * event loop.
 */
final class Http2UpstreamStream implements Carrier {

    private static final Logger log = LoggerFactory.getLogger(Http2UpstreamStream.class);
    private static final int SWITCHING = 101;

    private final Http2UpstreamConnection connection;

    private @Nullable Http2Stream stream;
    private @Nullable UpstreamCall call;
    private boolean reused;
    private boolean requestSent;
    private boolean answering;
    private boolean reading = true;
    private int unreturned;
    private long beganNanos;
    private long dueNanos;
    private long answerIdleNanos;

    Http2UpstreamStream(Http2UpstreamConnection connection) {
        this.connection = connection;
    }

    private String label() {
        return connection.pool().side().label();
    }

    @Override
    public void begin(UpstreamCall next) {
        call = next;
        reused = connection.isReused();
        beganNanos = System.nanoTime();
        OutgoingRequest request = next.request();
        byte[] whole = request.wholeBody();
        UpstreamPool side = connection.pool().owner();
        ByteWriter head = side.scratch().out();
        request.writeHead(side.upstream(), head);
        requestSent = whole != null;
        boolean ends = whole != null && whole.length == 0;
        Http2Stream opened = connection.open(this, Http2Form.toRequest(head, connection.isSecure()), ends);
        if (opened == null) {
            call = null;
            next.unprocessed(label() + " takes no more requests on this connection");
            return;
        }
        stream = opened;
        if (whole != null) {
            if (!ends) {
                connection.write(opened, Unpooled.wrappedBuffer(whole), true);
            }
            due(next.deadlineNanos());
        }
        connection.flushSoon();
    }

    private void due(long nanos) {
        dueNanos = nanos;
        connection.checkBy(nanos);
    }

    private void dueIn(long nanos) {
        due(System.nanoTime() + nanos);
    }

    @Override
    public boolean isWritable() {
        Http2Stream opened = stream;
        return call != null && opened != null && connection.isWritable(opened);
    }

    @Override
    public void send(ByteBuf chunk) {
        Http2Stream opened = stream;
        if (call == null || opened == null) {
            chunk.release();
            return;
        }
        connection.write(opened, chunk, false);
        watchUpload();
    }

    @Override
    public void sendEnd(@Nullable Trailers trailers) {
        Http2Stream opened = stream;
        UpstreamCall current = call;
        if (current == null || opened == null) {
            return;
        }
        requestSent = true;
        if (trailers == null) {
            connection.write(opened, Unpooled.EMPTY_BUFFER, true);
        } else {
            connection.write(opened, Http2Form.toTrailers(trailers), true);
        }
        connection.flushSoon();
        if (!answering) {
            dueIn(current.timeoutNanos());
        }
    }

    /** While the body is sent only the side's own standing still counts, not the client's. */
    private void watchUpload() {
        UpstreamCall current = call;
        if (current == null || answering) {
            return;
        }
        if (isWritable()) {
            dueNanos = 0;
        } else {
            dueIn(current.idleNanos());
        }
    }

    void writable() {
        UpstreamCall current = call;
        if (current != null && !requestSent) {
            watchUpload();
            current.listener().writable();
        }
    }

    @Override
    public void flush() {
        connection.flushSoon();
    }

    @Override
    public void read(boolean on) {
        reading = on;
        Http2Stream opened = stream;
        if (!on) {
            dueNanos = 0;
            return;
        }
        int back = unreturned;
        unreturned = 0;
        if (back > 0 && opened != null && call != null) {
            connection.consumed(opened, back);
        }
        if (call != null && answering) {
            dueIn(answerIdleNanos);
        }
    }

    @Override
    public void abandon() {
        call = null;
        dueNanos = 0;
        Http2Stream opened = stream;
        if (opened != null) {
            stream = null;
            connection.cancel(opened);
        }
    }

    void headers(Http2Headers headers, boolean ends) {
        UpstreamCall current = call;
        if (current == null) {
            return;
        }
        try {
            if (answering) {
                end(Http2Form.trailers(headers, connection.pool().owner().scratch()));
                return;
            }
            boolean toHead = current.request().method().equals("HEAD");
            AnswerHead head = Http2Form.answer(
                    headers, ends, toHead, connection.pool().owner().scratch());
            if (head.isInformational()) {
                if (ends || head.status() == SWITCHING) {
                    throw new MalformedException(502, "an informational answer that cannot be");
                }
                if (head.status() != 100) {
                    current.listener().informational(head);
                }
                return;
            }
            answering = true;
            answerIdleNanos = SilentAnswers.idleNanos(head, current.idleNanos());
            dueIn(answerIdleNanos);
            current.head(head);
            if (ends) {
                end(null);
            }
        } catch (MalformedException malformed) {
            log.warn("an answer of {} is not HTTP/2: {}", label(), malformed.reason());
            fail(new Failure(Cause.CUT, true, "the answer of " + label() + " is not HTTP/2"));
        }
    }

    /** Returns how many of the bytes are not to be acknowledged yet. */
    int data(ByteBuf piece, boolean ends) {
        UpstreamCall current = call;
        if (current == null) {
            return 0;
        }
        int length = piece.readableBytes();
        int kept = 0;
        if (length > 0) {
            if (reading) {
                dueIn(answerIdleNanos);
            } else {
                kept = length;
                unreturned += length;
            }
            current.listener().body(Pieces.next(piece, length));
        }
        if (ends && call != null) {
            end(null);
        }
        return kept;
    }

    /** A moment to flush. */
    void pause() {
        if (call != null) {
            call.listener().pause();
        }
    }

    private void end(@Nullable Trailers trailers) {
        UpstreamCall current = call;
        Http2Stream opened = stream;
        if (current == null) {
            return;
        }
        call = null;
        dueNanos = 0;
        if (!requestSent && opened != null) {
            connection.cancel(opened); // the rest of the request is not wanted
        }
        current.ended(trailers);
    }

    private void fail(Failure failure) {
        UpstreamCall current = call;
        Http2Stream opened = stream;
        call = null;
        dueNanos = 0;
        if (opened != null) {
            connection.cancel(opened);
        }
        if (current != null) {
            current.fail(failure);
        }
    }

    /** The service gave the request up. */
    void reset(long error) {
        UpstreamCall current = call;
        call = null;
        dueNanos = 0;
        if (current == null) {
            return;
        }
        if (error == Http2Error.REFUSED_STREAM.code() && !answering) {
            current.unprocessed(label() + " refused the request before it began");
        } else {
            current.fail(new Failure(Cause.CUT, true, label() + " reset the request (" + name(error) + ")"));
        }
    }

    private static String name(long error) {
        Http2Error known = Http2Error.valueOf(error);
        return known == null ? "error " + error : known.name();
    }

    /**
     * The stream is no more.
     *
     * @param notBegun whether the service says it did not begin the request
     * @param gone whether the whole connection ended
     */
    void closed(boolean notBegun, boolean gone) {
        UpstreamCall current = call;
        call = null;
        dueNanos = 0;
        if (current == null) {
            return;
        }
        if (notBegun && !answering) {
            current.unprocessed(label() + " closed the connection before it began the request");
        } else if (gone && !answering) {
            current.lost(reused, label() + " closed the connection before its answer was complete");
        } else {
            current.fail(new Failure(Cause.CUT, true, label() + " ended its answer before it was complete"));
        }
    }

    /** When to look again; 0 for when it is said. */
    long check(long now) {
        UpstreamCall current = call;
        if (current == null || dueNanos == 0 || dueNanos - now > 0) {
            return current == null ? 0 : dueNanos;
        }
        if (connection.readNanos() - beganNanos < 0) {
            connection.retire(); // nothing came for anyone: it may be dead
        }
        fail(new Failure(
                Cause.TIMEOUT,
                true,
                answering ? label() + " stopped in the middle of its answer" : label() + " did not answer in time"));
        return 0;
    }
}
