package dev.bailey.gateway.server;

import dev.bailey.gateway.proxy.Answers;
import dev.bailey.gateway.proxy.ClientStream;
import dev.bailey.gateway.proxy.Exchange;
import dev.bailey.gateway.proxy.Lane;
import dev.bailey.gateway.server.RequestDecoder.BodyEnd;
import dev.bailey.gateway.upstream.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: its requests one after the other, each as an {@link Exchange}, and the answers' framing. Reads
 * from the socket only when something is wanted of it.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements ClientStream {

    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
    private static final String REQUEST_ID = "X-Request-Id";

    /** A connection that is closed with a body half read is read on so far and so long, so that its client sees the answer. */
    private static final int MAX_LINGER_BYTES = 1 << 20;

    private static final long MAX_LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ClientListener listener;
    private final Lane lane;
    private final RequestDecoder decoder;
    private final AnswerEncoder encoder;
    private final Channel channel;
    private final Deadline deadline;
    private final long idleNanos;

    private @Nullable Exchange exchange;
    private @Nullable HttpRequest request;
    private boolean keepAlive = true;
    private boolean requestEnded = true;
    private boolean continueOwed;
    private boolean headSent;
    private boolean untilClose;
    private boolean closing;
    private long lastBytesBeforeWritable;
    private int lingered;

    ClientConnection(
            ClientListener listener, Lane lane, Channel channel, RequestDecoder decoder, AnswerEncoder encoder) {
        this.listener = listener;
        this.lane = lane;
        this.channel = channel;
        this.decoder = decoder;
        this.encoder = encoder;
        this.deadline = new Deadline(channel.eventLoop(), this::timedOut);
        this.idleNanos = listener.bounds().idleTimeout().toNanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline.in(idleNanos);
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case RequestHead head -> begin(head);
            case ByteBuf chunk -> bodyCame(chunk);
            case BodyEnd _ -> bodyEnded();
            case Malformed malformed -> refuse(malformed);
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void begin(RequestHead head) {
        if (closing) {
            return;
        }
        request = head.request();
        keepAlive = head.keepAlive();
        requestEnded = !head.hasBody();
        continueOwed = head.expectsContinue() && head.hasBody();
        headSent = false;
        untilClose = false;
        deadline.clear();
        Exchange begun = new Exchange(
                head.request(),
                head.hasBody(),
                requestId(head.request()),
                clientAddress(),
                this,
                lane,
                listener.inFlight());
        exchange = begun;
        if (requestEnded) {
            channel.read(); // only to see the client leave
        }
        listener.path().handle(begun);
    }

    private String requestId(HttpRequest came) {
        String given = came.headers().get(REQUEST_ID);
        return given != null && RequestIds.isSane(given)
                ? given
                : listener.ids().get();
    }

    private String clientAddress() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "unknown";
    }

    private void bodyCame(ByteBuf chunk) {
        int length = chunk.readableBytes();
        listener.bytesIn(length);
        continueOwed = false;
        Exchange current = exchange;
        if (current != null) {
            deadline.clear();
            current.body().offer(chunk);
        } else {
            chunk.release();
            lingered += length;
            if (lingered > MAX_LINGER_BYTES) {
                channel.close();
            } else {
                channel.read();
            }
        }
    }

    private void bodyEnded() {
        requestEnded = true;
        Exchange current = exchange;
        if (current != null) {
            deadline.clear();
            channel.read(); // only to see the client leave
            current.body().end();
        } else if (closing) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void refuse(Malformed malformed) {
        log.debug("refused a request: {}", malformed.message());
        listener.refused(malformed.status());
        requestEnded = true; // nothing of it can be read any more
        cutWith(malformed.status(), malformed.message());
    }

    /** Ends whatever is under way and closes, with an answer of our own where none has begun. */
    private void cutWith(int status, String message) {
        boolean begun = headSent;
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.clientGone();
        }
        closing = true;
        deadline.clear();
        if (begun) {
            channel.close();
            return;
        }
        byte[] body =
                Answers.errorBody(message, current == null ? listener.ids().get() : current.requestId());
        DefaultFullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        encoder.answersHead(false);
        channel.writeAndFlush(answer);
        linger();
    }

    @Override
    public void pull() {
        if (requestEnded) {
            return;
        }
        if (continueOwed) {
            continueOwed = false;
            channel.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        deadline.in(idleNanos);
        channel.read();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void head(HttpResponse head) {
        HttpRequest answered = request;
        if (answered == null) {
            throw new IllegalStateException("an answer without a request");
        }
        boolean toHead = answered.method().equals(HttpMethod.HEAD);
        boolean old = answered.protocolVersion().equals(HttpVersion.HTTP_1_0);
        frame(head, toHead, old);
        if (!keepAlive || !requestEnded || listener.isDraining() || untilClose) {
            closing = true;
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (old) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        headSent = true;
        encoder.answersHead(toHead);
        channel.write(head, channel.voidPromise());
    }

    private void frame(HttpResponse head, boolean toHead, boolean old) {
        int status = head.status().code();
        HttpHeaders headers = head.headers();
        boolean bodiless = toHead || status == 204 || status == 304;
        if (bodiless || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return;
        }
        if (old) {
            untilClose = true;
        } else {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }

    @Override
    public void body(ByteBuf chunk) {
        listener.bytesOut(chunk.readableBytes());
        channel.write(new DefaultHttpContent(chunk), channel.voidPromise());
        if (!channel.isWritable()) {
            lastBytesBeforeWritable = channel.bytesBeforeWritable();
            deadline.in(idleNanos);
        }
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void end() {
        exchange = null;
        request = null;
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, channel.voidPromise());
        if (closing || !requestEnded) {
            closing = true;
            linger();
            return;
        }
        deadline.in(idleNanos);
        decoder.next(channel.pipeline().context(decoder));
    }

    /** Closes once everything is written; where the client may still be sending, it is heard out so that it gets the answer. */
    private void linger() {
        if (requestEnded && exchange == null && !decoder.isBroken()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                duplex.shutdownOutput();
                channel.config().setAutoRead(true);
                deadline.in(MAX_LINGER_NANOS);
            }
        });
    }

    @Override
    public void abort() {
        exchange = null;
        closing = true;
        if (untilClose) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0); // a reset, because a mere end would look complete
        }
        channel.close();
    }

    /** Draining: a connection between two requests is closed. */
    void closeIfIdle() {
        if (exchange == null && !decoder.isInHead()) {
            closing = true;
            channel.close();
        }
    }

    private void timedOut() {
        if (closing && exchange == null) {
            channel.close();
        } else if (!channel.isWritable()) {
            stalled();
        } else if (exchange == null && !decoder.isInHead()) {
            channel.close();
        } else {
            requestEnded = true;
            cutWith(408, "the request did not arrive in time");
        }
    }

    private void stalled() {
        long before = channel.bytesBeforeWritable();
        if (before == lastBytesBeforeWritable) {
            log.debug("closed a client that does not read its answer");
            channel.close();
        } else {
            lastBytesBeforeWritable = before;
            deadline.in(idleNanos);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (channel.isWritable() && current != null) {
            deadline.clear();
            current.clientWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.clear();
        closing = true;
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("a client's connection failed", cause);
        } else {
            log.error("a client's connection is closed after a failure of the gateway", cause);
        }
        channel.close();
    }
}
