package dev.bailey.gateway.upstream;

import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to a side: carries one call at a time, then goes back to its pool or closes. */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(UpstreamConnection.class);

    private final UpstreamPool pool;
    private final Channel channel;
    private final Deadline deadline;

    private @Nullable UpstreamCall call;
    private boolean reused;
    private boolean requestSent;
    private boolean informational;
    private boolean answering;
    private boolean keepAlive;
    private long idleSinceNanos;
    private boolean gone;

    UpstreamConnection(UpstreamPool pool, Channel channel) {
        this.pool = pool;
        this.channel = channel;
        this.deadline = new Deadline(channel.eventLoop(), this::timedOut);
    }

    boolean isActive() {
        return channel.isActive();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    long idleNanos(long now) {
        return now - idleSinceNanos;
    }

    void begin(UpstreamCall next) {
        call = next;
        informational = false;
        answering = false;
        keepAlive = false;
        requestSent = next.isWhole();
        if (requestSent) {
            deadline.in(next.timeoutNanos());
        }
        if (next.request() instanceof FullHttpRequest full) {
            channel.writeAndFlush(full.retainedDuplicate(), channel.voidPromise());
        } else {
            channel.write(next.request(), channel.voidPromise());
        }
    }

    void send(ByteBuf chunk) {
        channel.write(new DefaultHttpContent(chunk), channel.voidPromise());
        watchUpload();
    }

    void sendEnd() {
        requestSent = true;
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, channel.voidPromise());
        if (call != null && !answering) {
            deadline.in(call.timeoutNanos());
        }
    }

    /** While the body is sent only the side's own standing still counts, not the client's. */
    private void watchUpload() {
        if (call == null || answering) {
            return;
        }
        if (channel.isWritable()) {
            deadline.clear();
        } else {
            deadline.in(call.idleNanos());
        }
    }

    void flush() {
        channel.flush();
    }

    void read(boolean on) {
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
        if (!on) {
            deadline.clear();
        } else if (call != null && answering) {
            deadline.in(call.idleNanos());
        }
    }

    /** The call gave up. */
    void abandon() {
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
        try {
            UpstreamCall current = call;
            if (current == null) {
                channel.close(); // nobody asked
            } else if (message instanceof HttpObject object
                    && object.decoderResult().isFailure()) {
                broken(object.decoderResult());
            } else {
                if (message instanceof HttpResponse head) {
                    head(current, head);
                }
                if (message instanceof HttpContent content) {
                    content(content);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(UpstreamCall current, HttpResponse head) {
        if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            informational = true;
            return;
        }
        answering = true;
        keepAlive = HttpUtil.isKeepAlive(head);
        deadline.in(current.idleNanos());
        current.listener().head(head);
    }

    private void content(HttpContent content) {
        if (informational) {
            informational = !(content instanceof LastHttpContent);
            return;
        }
        UpstreamCall current = call;
        if (current == null || !answering) {
            return;
        }
        if (content.content().isReadable()) {
            if (channel.config().isAutoRead()) {
                deadline.in(current.idleNanos());
            }
            current.listener().body(content.content().retain());
        }
        if (content instanceof LastHttpContent) {
            finish();
        }
    }

    private void finish() {
        UpstreamCall current = call;
        if (current == null) {
            return;
        }
        deadline.clear();
        call = null;
        channel.config().setAutoRead(true);
        if (keepAlive && requestSent && channel.isActive()) {
            reused = true;
            idleSinceNanos = System.nanoTime();
            pool.release(this);
        } else {
            channel.close();
        }
        current.ended();
    }

    private void broken(DecoderResult result) {
        log.warn("an answer of {} is not HTTP: {}", pool.side().label(), String.valueOf(result.cause()));
        end(new Failure(Cause.CUT, true, "the answer of " + pool.side().label() + " is not HTTP/1.1"));
    }

    private void timedOut() {
        String label = pool.side().label();
        end(new Failure(
                Cause.TIMEOUT,
                true,
                answering ? label + " stopped in the middle of its answer" : label + " did not answer in time"));
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

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (call != null) {
            call.listener().pause();
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
    public void channelInactive(ChannelHandlerContext ctx) {
        UpstreamCall current = call;
        call = null;
        deadline.clear();
        gone();
        if (current != null) {
            String message = pool.side().label() + " closed the connection before its answer was complete";
            if (answering) {
                current.fail(new Failure(Cause.CUT, true, message));
            } else {
                current.lost(reused, message);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("connection to {} failed", pool.side().label(), cause);
        channel.close();
    }
}
