package dev.bailey.gateway.server;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.BodyReader;
import dev.bailey.gateway.http.HeadInput;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.Pieces;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.http.Trailers;
import dev.bailey.gateway.proxy.AnswerEdits;
import dev.bailey.gateway.proxy.Answers;
import dev.bailey.gateway.proxy.ClientStream;
import dev.bailey.gateway.proxy.Exchange;
import dev.bailey.gateway.proxy.Lane;
import dev.bailey.gateway.proxy.Peer;
import dev.bailey.gateway.proxy.RelayedPeer;
import dev.bailey.gateway.upstream.Deadline;
import dev.bailey.gateway.upstream.TurnLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection of HTTP/1.1: its requests one after the other, each as an {@link Exchange}; pipelined ones wait, and
 * then the socket is not read. Used on its event loop only.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements ClientStream, BodyReader.Sink, Draining {

    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** A connection that is closed with a body half read is read on so far and so long, so that its client sees the answer. */
    private static final int MAX_LINGER_BYTES = 1 << 20;

    private static final long MAX_LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int SWITCHING = 101;

    private final ClientListener listener;
    private final Lane lane;
    private final Channel channel;
    private final Peer peer;
    private final @Nullable RelayedPeer relayed;
    private final HeadInput heads;
    private final BodyReader body;
    private final AnswerWriter writer;
    private final Deadline deadline;
    private final BodyPace pace = new BodyPace();
    private final long idleNanos;

    private @Nullable Exchange exchange;
    private @Nullable ByteBuf held;
    private boolean processing;
    private boolean reading = true;
    private boolean pulled;
    private boolean keepAlive = true;
    private boolean requestEnded = true;
    private boolean continueOwed;
    private boolean tunnel;
    private boolean closing;
    private boolean closesOnceIdle;
    private boolean broken;
    private int lingered;
    private long lastBytesBeforeWritable;

    ClientConnection(ClientListener listener, Lane lane, Channel channel, Peer peer) {
        this(listener, lane, channel, peer, null);
    }

    /** @param relayed tells for each request who asks, where another process passes them on; else null */
    ClientConnection(ClientListener listener, Lane lane, Channel channel, Peer peer, @Nullable RelayedPeer relayed) {
        this.relayed = relayed;
        this.listener = listener;
        this.lane = lane;
        this.channel = channel;
        this.peer = peer;
        this.heads = new HeadInput(lane.scratch());
        this.body = new BodyReader(lane.scratch().heads());
        this.writer = new AnswerWriter(channel, lane.scratch());
        this.deadline = new Deadline(channel.eventLoop(), this::timedOut);
        this.idleNanos = listener.bounds().idleTimeout().toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline.in(idleNanos);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = held;
        if (before != null) {
            held = Unpooled.wrappedBuffer(before, in);
        } else {
            process(in);
        }
    }

    /** Reads on in what came; takes the buffer over. */
    private void process(ByteBuf in) {
        boolean kept = false;
        processing = true;
        try {
            while (in.isReadable() && !kept) {
                if (exchange != null && requestEnded && !tunnel) {
                    kept = true;
                } else {
                    step(in);
                }
            }
        } catch (MalformedException malformed) {
            refuse(malformed);
        } finally {
            processing = false;
            if (!kept) {
                in.release();
            }
        }
        if (kept) {
            held = in;
            read(false);
        }
    }

    private void step(ByteBuf in) throws MalformedException {
        if (tunnel) {
            data(Pieces.next(in, in.readableBytes()));
        } else if (broken) {
            linger(in.readableBytes());
            in.skipBytes(in.readableBytes());
        } else if (body.isReading()) {
            body.read(in, this);
        } else if (closing) {
            in.skipBytes(in.readableBytes());
        } else {
            head(in);
        }
    }

    private void head(ByteBuf in) throws MalformedException {
        boolean begun = heads.hasBegun();
        RequestHead head = heads.request(in);
        if (head != null) {
            begin(head);
        } else if (!begun && heads.hasBegun()) {
            deadline.in(listener.headNanos());
        }
    }

    private void begin(RequestHead head) throws MalformedException {
        Peer asking = relayed == null ? peer : relayed.of(head);
        keepAlive = head.keepAlive();
        requestEnded = !head.hasBody();
        continueOwed = head.expectsContinue() && head.hasBody();
        writer.begin(head);
        deadline.clear();
        body.begin(head.bodyLength());
        if (!requestEnded) {
            pace.begin(listener.intake());
        }
        Exchange begun = new Exchange(head, asking, this, lane, listener.inFlight(), TurnLoop.now(lane.loop()));
        exchange = begun;
        listener.path().handle(begun);
    }

    @Override
    public void data(ByteBuf piece) {
        int length = piece.readableBytes();
        listener.bytesIn(length);
        continueOwed = false;
        Exchange current = exchange;
        if (current == null) {
            piece.release();
            linger(length);
            return;
        }
        if (!tunnel) {
            deadline.clear();
            pace.came(length, TurnLoop.now(lane.loop()));
        }
        pulled = false;
        current.body().offer(piece);
        if (!pulled && exchange == current && current.body().isFull()) {
            read(false);
        }
    }

    private void linger(int length) {
        lingered += length;
        if (lingered > MAX_LINGER_BYTES) {
            channel.close();
        }
    }

    @Override
    public void end(@Nullable Trailers trailers) {
        requestEnded = true;
        Exchange current = exchange;
        if (current != null) {
            deadline.clear();
            current.body().end(trailers);
        } else if (closing) {
            closeWhenWritten();
        }
    }

    private void read(boolean on) {
        if (reading != on) {
            reading = on;
            channel.config().setAutoRead(on);
        }
    }

    private void refuse(MalformedException malformed) {
        log.debug("refused a request: {}", malformed.reason());
        if (closing && exchange == null) {
            broken = true; // its answer is on its way, and the end of the connection behind it
            body.stop();
            return;
        }
        listener.refused(malformed.status());
        cutWith(malformed.status(), malformed.reason());
    }

    /** Ends whatever is under way and closes, with an answer of our own where none has begun; nothing more can be read. */
    private void cutWith(int status, String message) {
        boolean begun = closing || writer.hasBegun();
        Exchange current = exchange;
        exchange = null;
        broken = true;
        requestEnded = true;
        body.stop();
        heads.forget();
        if (current != null) {
            current.clientGone();
        }
        closing = true;
        deadline.clear();
        if (begun) {
            channel.close();
            return;
        }
        String requestId = current == null ? lane.ids().nextText() : current.requestId();
        byte[] text = Answers.errorBody(message, requestId);
        writer.own(Answers.errorHead(status, text.length, Optional.empty()), requestId, text);
        linger();
    }

    @Override
    public void pull() {
        if (requestEnded && !tunnel) {
            return;
        }
        pulled = true;
        if (continueOwed) {
            continueOwed = false;
            channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), channel.voidPromise());
        }
        if (!tunnel) {
            deadline.in(pace.waits(TurnLoop.now(lane.loop()), idleNanos));
        }
        read(true);
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void informational(AnswerHead head) {
        writer.informational(head);
    }

    @Override
    public void head(AnswerHead head, AnswerEdits edits) {
        if (head.status() == SWITCHING) {
            tunnel = true;
            deadline.clear();
            writer.head(head, edits, false);
            goOn();
            return;
        }
        if (!keepAlive || !requestEnded || listener.isDraining()) {
            closing = true;
        }
        closing |= writer.head(head, edits, closing);
    }

    @Override
    public void body(ByteBuf chunk) {
        listener.bytesOut(chunk.readableBytes());
        writer.body(chunk);
        if (!channel.isWritable()) {
            lastBytesBeforeWritable = channel.bytesBeforeWritable();
            deadline.in(idleNanos);
        }
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public void answered(@Nullable Trailers trailers) {
        exchange = null;
        writer.end(trailers);
        if (tunnel) {
            tunnel = false;
            closeWhenWritten();
            return;
        }
        if (closing || !requestEnded || (closesOnceIdle && held == null)) {
            closing = true;
            linger();
            return;
        }
        deadline.in(idleNanos);
        goOn();
    }

    /** The next request, which may be at hand already. */
    private void goOn() {
        ByteBuf waiting = held;
        if (!processing && waiting != null) {
            held = null;
            read(true);
            process(waiting);
        } else if (!reading) {
            read(true);
        }
    }

    private void closeWhenWritten() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes once everything is written; where the client may still be sending, it is heard out so that it gets the answer. */
    private void linger() {
        if (requestEnded && !broken) {
            closeWhenWritten();
            return;
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls != null) {
                tls.closeOutbound(); // says the end itself
                read(true);
                deadline.in(MAX_LINGER_NANOS);
            } else if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                duplex.shutdownOutput();
                read(true);
                deadline.in(MAX_LINGER_NANOS);
            }
        });
    }

    @Override
    public void abort() {
        exchange = null;
        closing = true;
        if (writer.endsWithConnection()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0); // a reset, because a mere end would look complete
        }
        channel.pipeline().firstContext().close(); // past TLS, whose own good-bye would look complete too
    }

    @Override
    public void beginDraining() {}

    /** Draining: a connection between two requests is closed once its client has the last answer; another one once it is. */
    @Override
    public void closeIfIdle() {
        closesOnceIdle = true;
        if (exchange == null && !closing && !heads.hasBegun()) {
            closing = true;
            closeWhenWritten();
        }
    }

    private void timedOut() {
        if (closing && exchange == null) {
            channel.close();
        } else if (!channel.isWritable()) {
            stalled();
        } else if (exchange == null && !heads.hasBegun()) {
            channel.close();
        } else {
            listener.refused(408);
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
        writer.discard();
        ByteBuf waiting = held;
        if (waiting != null) {
            held = null;
            waiting.release();
        }
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
