package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.BodyReader;
import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.ChunkWriter;
import dev.bailey.gateway.http.HeadInput;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.Pieces;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of HTTP/1.1 to a side: carries one call at a time, then goes back to its pool or closes. */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Carrier, BodyReader.Sink {

    private static final Logger log = LoggerFactory.getLogger(UpstreamConnection.class);

    /** Of one request; services send one or two. */
    private static final int MAX_INFORMATIONAL = 16;

    private final AddressPool pool;
    private final Channel channel;
    private final Deadline deadline;
    private final HeadInput heads;
    private final BodyReader body;

    private @Nullable UpstreamCall call;
    private @Nullable ByteBuf input;
    private State state = State.IDLE;
    private boolean reused;
    private boolean requestSent;
    private boolean chunksRequest;
    private boolean keepAlive;
    private boolean reusable;
    private int informational;
    private boolean reading = true;
    private long answerIdleNanos;
    private long idleSinceNanos;
    private boolean gone;
    private boolean saidGoodBye;

    private enum State {
        IDLE,
        WAITING,
        ANSWERING,
        TUNNEL
    }

    UpstreamConnection(AddressPool pool, Channel channel) {
        this.pool = pool;
        this.channel = channel;
        this.deadline = new Deadline(channel.eventLoop(), this::timedOut);
        this.heads = new HeadInput(pool.owner().scratch());
        this.body = new BodyReader(pool.owner().scratch().heads());
    }

    boolean isActive() {
        return channel.isActive();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    long idleNanos(long now) {
        return now - idleSinceNanos;
    }

    void idleSince(long now) {
        idleSinceNanos = now;
    }

    @Override
    public void begin(UpstreamCall next) {
        call = next;
        state = State.WAITING;
        keepAlive = false;
        informational = 0;
        OutgoingRequest request = next.request();
        byte[] whole = request.wholeBody();
        // A service that does not look for a body behind a GET would take it for the next request.
        reusable = !next.isSafe() || (whole != null && whole.length == 0);
        requestSent = whole != null;
        chunksRequest = whole == null && request.isChunked();
        ByteWriter head = pool.owner().scratch().out();
        request.writeHead(pool.owner().upstream(), head);
        int length = whole == null ? 0 : whole.length;
        ByteBuf out = channel.alloc().ioBuffer(head.length() + length);
        head.writeTo(out);
        if (whole != null) {
            out.writeBytes(whole);
            deadline.at(next.deadlineNanos());
            channel.writeAndFlush(out, channel.voidPromise());
        } else {
            channel.write(out, channel.voidPromise());
        }
    }

    @Override
    public void send(ByteBuf chunk) {
        if (chunksRequest) {
            channel.write(ChunkWriter.chunk(channel.alloc(), chunk), channel.voidPromise());
        } else {
            channel.write(chunk, channel.voidPromise());
        }
        watchUpload();
    }

    @Override
    public void sendEnd(@Nullable Trailers trailers) {
        requestSent = true;
        if (chunksRequest) {
            channel.write(ChunkWriter.last(channel.alloc(), trailers), channel.voidPromise());
        }
        channel.flush();
        if (call != null && state == State.WAITING) {
            deadline.in(call.timeoutNanos());
        }
    }

    /** While the body is sent only the side's own standing still counts, not the client's. */
    private void watchUpload() {
        if (call == null || state != State.WAITING) {
            return;
        }
        if (channel.isWritable()) {
            deadline.clear();
        } else {
            deadline.in(call.idleNanos());
        }
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void read(boolean on) {
        if (reading != on) {
            reading = on;
            channel.config().setAutoRead(on);
        }
        if (!on) {
            deadline.clear();
        } else if (call != null && state == State.ANSWERING) {
            deadline.in(answerIdleNanos);
        }
    }

    @Override
    public void abandon() {
        call = null;
        channel.close();
    }

    /** Gives its place in the pool back, once. */
    void gone() {
        if (!gone) {
            gone = true;
            pool.closed(this);
        }
    }

    void close() {
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        input = in;
        try {
            while (in.isReadable() && call != null) {
                read(in);
            }
            if (in.isReadable()) {
                channel.close(); // nobody asked for more
            }
        } catch (MalformedException broken) {
            log.warn("an answer of {} is not HTTP/1.1: {}", pool.side().label(), broken.reason());
            end(new Failure(Cause.CUT, true, "the answer of " + pool.side().label() + " is not HTTP/1.1"));
        } finally {
            input = null;
            in.release();
        }
    }

    private void read(ByteBuf in) throws MalformedException {
        switch (state) {
            case WAITING -> {
                UpstreamCall current = call;
                boolean toHead = current != null && current.request().method().equals("HEAD");
                AnswerHead head = heads.answer(in, toHead);
                if (head != null && current != null) {
                    head(current, head);
                }
            }
            case ANSWERING -> body.read(in, this);
            case TUNNEL -> data(Pieces.next(in, in.readableBytes()));
            case IDLE -> throw new IllegalStateException("a call on an idle connection");
        }
    }

    private void head(UpstreamCall current, AnswerHead head) throws MalformedException {
        if (head.isInformational()) {
            informational(current, head);
            return;
        }
        state = State.ANSWERING;
        keepAlive = head.keepAlive();
        body.begin(head.bodyLength());
        if (body.isReading()) {
            answerIdleNanos = SilentAnswers.idleNanos(head, current.idleNanos());
            current.head(head);
        } else {
            current.head(head);
            end((Trailers) null);
        }
    }

    private void informational(UpstreamCall current, AnswerHead head) throws MalformedException {
        if (++informational > MAX_INFORMATIONAL) {
            throw new MalformedException(502, "more than " + MAX_INFORMATIONAL + " informational answers");
        }
        switch (head.status()) {
            case 100 -> {}
            case 101 -> {
                if (!current.request().upgrades()) {
                    throw new MalformedException(502, "101 to a request that asked for no upgrade");
                }
                state = State.TUNNEL;
                requestSent = false;
                answerIdleNanos = SilentAnswers.IDLE_NANOS;
                current.head(head);
                if (call != null) {
                    current.listener().writable();
                }
            }
            default -> current.listener().informational(head);
        }
    }

    @Override
    public void data(ByteBuf piece) {
        UpstreamCall current = call;
        if (current == null) {
            piece.release();
            return;
        }
        current.listener().body(piece);
    }

    /** The answer is complete. */
    @Override
    public void end(@Nullable Trailers trailers) {
        UpstreamCall current = call;
        if (current == null) {
            return;
        }
        deadline.clear();
        call = null;
        state = State.IDLE;
        if (!reading) {
            reading = true;
            channel.config().setAutoRead(true);
        }
        // Bytes behind an answer must never be taken for the answer to the next request.
        boolean clean = input == null || (!input.isReadable() && !mayHaveMore());
        if (keepAlive && reusable && requestSent && clean && channel.isActive()) {
            reused = true;
            pool.release(this);
        } else {
            channel.close();
        }
        current.ended(trailers);
    }

    /** Whether the last read took as much as it could, so that what follows in the socket is not known yet. */
    private boolean mayHaveMore() {
        var reads = channel.unsafe().recvBufAllocHandle();
        return reads.lastBytesRead() >= reads.attemptedBytesRead();
    }

    private void timedOut() {
        String label = pool.side().label();
        end(new Failure(
                Cause.TIMEOUT,
                true,
                state == State.WAITING
                        ? label + " did not answer in time"
                        : label + " stopped in the middle of its answer"));
    }

    private void end(Failure failure) {
        UpstreamCall current = call;
        call = null;
        deadline.clear();
        channel.close();
        if (current != null) {
            current.fail(failure);
        }
    }

    /** The side may be silent from now on for so long; an answer that came whole is over, and asks for no clock. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        UpstreamCall current = call;
        if (current != null) {
            if (reading && (state == State.ANSWERING || state == State.TUNNEL)) {
                deadline.in(answerIdleNanos);
            }
            current.listener().pause();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (call != null && !requestSent && channel.isWritable()) {
            watchUpload();
            call.listener().writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent closed) {
            saidGoodBye = closed.isSuccess();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (body.isUntilClose() && !saidGoodBye && pool.owner().upstream().isSecure()) {
            body.stop(); // RFC 9112, 9.8: beneath TLS anyone can end a connection
        }
        if (state == State.TUNNEL || (state == State.ANSWERING && body.isUntilClose())) {
            keepAlive = false;
            body.stop();
            end((Trailers) null);
        }
        UpstreamCall current = call;
        call = null;
        deadline.clear();
        gone();
        if (current != null) {
            String message = pool.side().label() + " closed the connection before its answer was complete";
            if (state == State.ANSWERING || heads.hasBegun()) {
                current.fail(new Failure(Cause.CUT, true, message));
            } else {
                current.lost(reused, message);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("connection to {} failed", pool.side().label(), cause);
        if (body.isUntilClose()) {
            body.stop(); // an answer that ends with a reset is not complete
        }
        channel.close();
    }
}
