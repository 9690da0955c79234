package dev.bailey.gateway.server;

import dev.bailey.gateway.proxy.Lane;
import dev.bailey.gateway.proxy.Peer;
import dev.bailey.gateway.upstream.Deadline;
import dev.bailey.model.spec.Http2Spec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection of HTTP/2 (RFC 9113): each of its streams is a {@link Http2ClientStream}. What a client may make us do
 * is bounded: streams, headers, cancelled requests (CVE-2023-44487) and requests it makes us cancel (CVE-2025-8671) a second,
 * frames that ask for an answer, window updates, empty frames, continuations. Over a bound the connection ends with GOAWAY. Used on its event loop.
 */
final class Http2ClientConnection extends Http2ConnectionHandler implements Draining {

    private static final Logger log = LoggerFactory.getLogger(Http2ClientConnection.class);

    /** Answers to frames that ask for one, which a client may leave unread. */
    private static final int MAX_QUEUED_CONTROL_FRAMES = 1_000;

    private static final int MAX_CONTROL_FRAMES_PER_SECOND = 1_000;
    /**
     * Clients open windows for streams they begin and for what we send them: each stream and each piece sent allows for two
     * updates, and for one more with so many bytes. Updates beyond that count as control frames.
     */
    private static final int BYTES_PER_WINDOW_UPDATE = 512;

    private static final int MAX_CONSECUTIVE_EMPTY_FRAMES = 10;
    private static final int MAX_SMALL_CONTINUATIONS = 16;

    /** The connection's window is so many times that of a stream, so that bodies that stand still do not hold up the others. */
    private static final int WINDOWS = 4;

    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClientListener listener;
    private final Lane lane;
    private final Peer peer;
    private final long idleNanos;
    private final Http2Connection.PropertyKey key;

    private @Nullable ChannelHandlerContext context;
    private @Nullable Deadline deadline;
    private boolean greeted;
    private boolean reading;
    private boolean flushing;
    private boolean closing;
    private boolean ends;
    private long secondBegan;
    private int controlFrames;
    private long windowBytesOwed;

    private Http2ClientConnection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            ClientListener listener,
            Lane lane,
            Peer peer) {
        super(decoder, encoder, settings, true);
        this.listener = listener;
        this.lane = lane;
        this.peer = peer;
        this.idleNanos = listener.bounds().idleTimeout().toNanos();
        this.key = connection().newKey();
        decoder.frameListener(new Frames());
        connection().addListener(new Streams());
        connection().remote().flowController().listener(this::writabilityChanged);
    }

    static Http2ClientConnection of(ClientListener listener, Lane lane, Peer peer) {
        return new Builder(listener, lane, peer).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2ClientConnection, Builder> {
        private final ClientListener listener;
        private final Lane lane;
        private final Peer peer;

        Builder(ClientListener listener, Lane lane, Peer peer) {
            this.listener = listener;
            this.lane = lane;
            this.peer = peer;
            Http2Spec bounds = listener.bounds().http2();
            server(true);
            initialSettings(new Http2Settings()
                    .maxConcurrentStreams(bounds.maxStreams())
                    .maxHeaderListSize(bounds.maxHeaderListBytes())
                    .initialWindowSize(bounds.windowBytes()));
            decoderEnforceMaxRstFramesPerWindow(bounds.maxResetsPerSecond(), 1);
            encoderEnforceMaxRstFramesPerWindow(bounds.maxResetsPerSecond(), 1);
            decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_CONSECUTIVE_EMPTY_FRAMES);
            decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS);
            encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
        }

        @Override
        protected Http2ClientConnection build() {
            return super.build();
        }

        @Override
        protected Http2ClientConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2ClientConnection(decoder, encoder, settings, listener, lane, peer);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        Deadline made = new Deadline(ctx.channel().eventLoop(), this::timedOut);
        deadline = made;
        made.in(listener.headNanos());
        super.handlerAdded(ctx);
        Http2Stream all = connection().connectionStream();
        var flow = connection().local().flowController();
        long wanted = (long) listener.bounds().http2().windowBytes() * WINDOWS;
        int more = (int) Math.min(wanted, Integer.MAX_VALUE / 2) - flow.initialWindowSize(all);
        if (more > 0) {
            flow.incrementWindowSize(all, more);
        }
        if (listener.isDraining()) {
            closing = true;
            beginDraining();
        }
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return known;
    }

    private void deadlineIn(long nanos) {
        Deadline known = deadline;
        if (known != null) {
            known.in(nanos);
        }
    }

    ClientListener listener() {
        return listener;
    }

    Lane lane() {
        return lane;
    }

    Peer peer() {
        return peer;
    }

    long idleNanos() {
        return idleNanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        reading = true;
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        reading = false;
        super.channelReadComplete(ctx); // flushes
    }

    /** Flushes once this turn of the event loop has done what it does for other streams. */
    void flushSoon() {
        if (!reading && !flushing) {
            flushing = true;
            context().executor().execute(() -> {
                flushing = false;
                flush(context());
            });
        }
    }

    boolean isWritable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    ChannelFuture write(Http2Stream stream, Http2Headers headers, boolean ends) {
        return encoder()
                .writeHeaders(
                        context(), stream.id(), headers, 0, ends, context().newPromise());
    }

    ChannelFuture write(Http2Stream stream, ByteBuf piece, boolean ends) {
        windowBytesOwed += piece.readableBytes() + 2 * BYTES_PER_WINDOW_UPDATE;
        return encoder()
                .writeData(context(), stream.id(), piece, 0, ends, context().newPromise());
    }

    /** Gives bytes of a request's body back to the client's windows. */
    void consumed(Http2Stream stream, int bytes) {
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception broken) {
            onError(context(), true, broken);
        }
    }

    void reset(Http2Stream stream, Http2Error error) {
        resetStream(context(), stream.id(), error.code(), context().newPromise());
        flushSoon();
    }

    private @Nullable Http2ClientStream on(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(key);
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2ClientStream changed = on(stream);
        if (changed != null && isWritable(stream)) {
            changed.writable();
        }
    }

    /** Counts frames that cost us more than the client. */
    private void controlFrame() throws Http2Exception {
        long now = System.nanoTime();
        if (now - secondBegan > TimeUnit.SECONDS.toNanos(1)) {
            secondBegan = now;
            controlFrames = 0;
        }
        if (++controlFrames > MAX_CONTROL_FRAMES_PER_SECOND) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM,
                    "more than %d control frames a second",
                    MAX_CONTROL_FRAMES_PER_SECOND);
        }
    }

    private final class Frames extends Http2FrameAdapter {

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean ends) {
            Http2Stream stream = connection().stream(id);
            Http2ClientStream known = on(stream);
            if (known != null) {
                known.trailers(headers);
            } else if (stream != null) {
                Http2ClientStream made = new Http2ClientStream(Http2ClientConnection.this, stream);
                stream.setProperty(key, made);
                made.begin(headers, ends);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean ends) {
            onHeadersRead(ctx, id, headers, padding, ends);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean ends) {
            Http2ClientStream stream = on(connection().stream(id));
            int length = data.readableBytes();
            int kept = stream == null ? 0 : stream.data(data);
            if (ends && stream != null) {
                stream.end(null);
            }
            return length - kept + padding;
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            controlFrame();
            if (!greeted) {
                greeted = true;
                deadlineIn(idleNanos);
            }
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            controlFrame();
        }

        @Override
        public void onPriorityRead(ChannelHandlerContext ctx, int id, int dependency, short weight, boolean exclusive)
                throws Http2Exception {
            controlFrame();
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int bytes) throws Http2Exception {
            if (windowBytesOwed >= BYTES_PER_WINDOW_UPDATE) {
                windowBytesOwed -= BYTES_PER_WINDOW_UPDATE;
            } else {
                controlFrame();
            }
        }

        @Override
        public void onUnknownFrame(ChannelHandlerContext ctx, byte type, int id, Http2Flags flags, ByteBuf payload) {
            try {
                controlFrame();
            } catch (Http2Exception flood) {
                onError(ctx, false, flood);
            }
        }
    }

    private final class Streams extends Http2ConnectionAdapter {

        @Override
        public void onStreamActive(Http2Stream stream) {
            windowBytesOwed += 2 * BYTES_PER_WINDOW_UPDATE;
            if (connection().numActiveStreams() == 1) {
                deadlineIn(TICK_NANOS);
            }
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2ClientStream ended = stream.removeProperty(key);
            if (ended != null) {
                ended.closed();
            }
        }

        @Override
        public void onStreamRemoved(Http2Stream stream) {
            if (connection().numActiveStreams() == 0) {
                deadlineIn(idleNanos);
                if (closing) {
                    closeWhenWritten();
                }
            }
        }
    }

    private void timedOut() {
        if (connection().numActiveStreams() == 0) {
            goAway(Http2Error.NO_ERROR);
            closeWhenWritten();
            return;
        }
        long now = System.nanoTime();
        try {
            connection().forEachActiveStream(stream -> {
                Http2ClientStream under = on(stream);
                if (under != null) {
                    under.check(now);
                }
                return true;
            });
        } catch (Http2Exception broken) {
            onError(context(), true, broken);
        }
        deadlineIn(TICK_NANOS);
    }

    private void goAway(Http2Error why) {
        goAway(
                context(),
                connection().remote().lastStreamCreated(),
                why.code(),
                Unpooled.EMPTY_BUFFER,
                context().newPromise());
    }

    /** Once: a second close would cut what the first one still waits for. */
    private void closeWhenWritten() {
        if (ends) {
            return;
        }
        ends = true;
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** The first of two steps (RFC 9113, 6.8): the client learns that it should go elsewhere, and what it sent until then counts. */
    @Override
    public void beginDraining() {
        goAway(
                context(),
                Integer.MAX_VALUE,
                Http2Error.NO_ERROR.code(),
                Unpooled.EMPTY_BUFFER,
                context().newPromise());
        flush(context());
    }

    @Override
    public void closeIfIdle() {
        closing = true;
        goAway(Http2Error.NO_ERROR);
        flush(context());
        if (connection().numActiveStreams() == 0) {
            closeWhenWritten();
        }
    }

    @Override
    public void endUnlessAsked() {
        closeIfIdle();
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception known) {
        if (known == null && !(cause instanceof IOException)) {
            log.error("a client's connection is closed after a failure of the gateway", cause);
        } else {
            log.debug("a client's connection is closed", cause);
        }
        super.onConnectionError(ctx, outbound, cause, known);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        Deadline known = deadline;
        if (known != null) {
            known.clear();
        }
        super.channelInactive(ctx);
        if (known != null) {
            known.clear();
        }
    }
}
