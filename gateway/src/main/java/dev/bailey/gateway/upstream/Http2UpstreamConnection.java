package dev.bailey.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of HTTP/2 to a side: carries many calls at once, each as a {@link Http2UpstreamStream}. After GOAWAY it takes no
 * more, and calls the service says it did not begin are told so. Used on its event loop.
 */
final class Http2UpstreamConnection extends Http2ConnectionHandler {

    private static final Logger log = LoggerFactory.getLogger(Http2UpstreamConnection.class);

    /** Calls at once, where the service allows more or has not said yet how many it allows. */
    private static final int MAX_STREAMS = 100;

    /** What a service may send of one answer before its client has read it. */
    private static final int WINDOW = 256 * 1024;

    /** Bounded by the streams' own windows; else clients that read slowly would hold up the others. */
    private static final int CONNECTION_WINDOW = MAX_STREAMS * WINDOW;

    private static final int MAX_HEADER_LIST = 60_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final AddressPool pool;
    private final boolean secure;
    private final Http2Connection.PropertyKey key;

    /** Calls told something since the connection was read last. */
    private final List<Http2UpstreamStream> touched = new ArrayList<>();

    private @Nullable ChannelHandlerContext context;
    private @Nullable Greeted greeted;
    private boolean reading;
    private boolean flushing;
    private boolean retired;
    private boolean gone;
    private long idleSinceNanos = System.nanoTime();
    private long readNanos = System.nanoTime();
    private long checkNanos = NEVER;
    private int lastBegun = Integer.MAX_VALUE;

    private Http2UpstreamConnection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            AddressPool pool,
            boolean secure,
            Greeted greeted) {
        super(decoder, encoder, settings, true);
        this.pool = pool;
        this.secure = secure;
        this.greeted = greeted;
        this.key = connection().newKey();
        decoder.frameListener(new Frames());
        connection().addListener(new Streams());
        connection().remote().flowController().listener(this::writabilityChanged);
    }

    /** Told once: whether the service spoke HTTP/2 to us. */
    interface Greeted {
        void told(Http2UpstreamConnection connection, boolean spoke);
    }

    static Http2UpstreamConnection of(AddressPool pool, boolean secure, Greeted greeted) {
        return new Builder(pool, secure, greeted).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2UpstreamConnection, Builder> {
        private final AddressPool pool;
        private final boolean secure;
        private final Greeted greeted;

        Builder(AddressPool pool, boolean secure, Greeted greeted) {
            this.pool = pool;
            this.secure = secure;
            this.greeted = greeted;
            server(false);
            initialSettings(new Http2Settings()
                    .pushEnabled(false)
                    .maxHeaderListSize(MAX_HEADER_LIST)
                    .initialWindowSize(WINDOW));
        }

        @Override
        protected Http2UpstreamConnection build() {
            return super.build();
        }

        @Override
        protected Http2UpstreamConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2UpstreamConnection(decoder, encoder, settings, pool, secure, greeted);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        Http2Stream all = connection().connectionStream();
        var flow = connection().local().flowController();
        flow.incrementWindowSize(all, CONNECTION_WINDOW - flow.initialWindowSize(all));
        flushSoon();
    }

    private void greet(boolean spoke) {
        Greeted told = greeted;
        if (told != null) {
            greeted = null;
            told.told(this, spoke);
        }
    }

    /** Closes, unless the service has spoken. */
    void giveUpGreeting() {
        if (greeted != null) {
            greet(false);
            context().close();
        }
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return known;
    }

    AddressPool pool() {
        return pool;
    }

    boolean isSecure() {
        return secure;
    }

    /** Whether it can take one more call now. */
    boolean hasRoom() {
        return !retired
                && !gone
                && context().channel().isActive()
                && connection().numActiveStreams() < MAX_STREAMS
                && connection().local().canOpenStream();
    }

    /** Since when it carries nothing; 0 while it does. */
    long idleNanos(long now) {
        return connection().numActiveStreams() > 0 ? 0 : now - idleSinceNanos;
    }

    /** It has answered before, so that its service may have closed it meanwhile. */
    boolean isReused() {
        return connection().local().lastStreamCreated() > 1;
    }

    /** Takes no more calls, and closes once those it carries have ended. */
    void retire() {
        if (!retired) {
            leavePool();
            goAway(
                    context(),
                    0,
                    Http2Error.NO_ERROR.code(),
                    Unpooled.EMPTY_BUFFER,
                    context().newPromise());
            flushSoon();
            closeIfUnused();
        }
    }

    private void closeIfUnused() {
        if (retired && connection().numActiveStreams() == 0) {
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Opens a stream; null when the service does not take one more. */
    @Nullable
    Http2Stream open(Http2UpstreamStream call, Http2Headers headers, boolean ends) {
        int id = connection().local().incrementAndGetNextStreamId();
        if (id < 0) {
            retire();
            return null;
        }
        encoder().writeHeaders(context(), id, headers, 0, ends, context().newPromise());
        Http2Stream stream = connection().stream(id);
        if (stream != null) {
            stream.setProperty(key, call);
        }
        return stream;
    }

    boolean isWritable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    void write(Http2Stream stream, Http2Headers headers, boolean ends) {
        encoder()
                .writeHeaders(
                        context(), stream.id(), headers, 0, ends, context().newPromise());
    }

    void write(Http2Stream stream, ByteBuf piece, boolean ends) {
        encoder().writeData(context(), stream.id(), piece, 0, ends, context().newPromise());
    }

    void consumed(Http2Stream stream, int bytes) {
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception broken) {
            onError(context(), true, broken);
        }
    }

    void cancel(Http2Stream stream) {
        resetStream(context(), stream.id(), Http2Error.CANCEL.code(), context().newPromise());
        flushSoon();
    }

    /** When bytes came last. */
    long readNanos() {
        return readNanos;
    }

    /** Flushes once this turn of the event loop has done what it does for other calls. */
    void flushSoon() {
        if (!reading && !flushing) {
            flushing = true;
            context().executor().execute(() -> {
                flushing = false;
                flush(context());
            });
        }
    }

    /** Looks at all calls no later than then. */
    void checkBy(long nanos) {
        if (checkNanos == NEVER || checkNanos - nanos > 0) {
            checkNanos = nanos;
            context().executor().schedule(() -> check(nanos), nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void check(long at) {
        if (at != checkNanos || gone) {
            return; // an earlier check took over
        }
        checkNanos = NEVER;
        long now = System.nanoTime();
        for (Http2UpstreamStream call : calls()) {
            long due = call.check(now);
            if (due != 0) {
                checkBy(due);
            }
        }
    }

    private List<Http2UpstreamStream> calls() {
        List<Http2UpstreamStream> calls = new ArrayList<>();
        try {
            connection().forEachActiveStream(stream -> {
                Http2UpstreamStream call = on(stream);
                if (call != null) {
                    calls.add(call);
                }
                return true;
            });
        } catch (Http2Exception broken) {
            onError(context(), true, broken);
        }
        return calls;
    }

    private @Nullable Http2UpstreamStream on(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(key);
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2UpstreamStream changed = on(stream);
        if (changed != null && isWritable(stream)) {
            changed.writable();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        reading = true;
        readNanos = System.nanoTime();
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        reading = false;
        for (Http2UpstreamStream call : touched) {
            call.pause();
        }
        touched.clear();
        super.channelReadComplete(ctx); // flushes
    }

    private final class Frames extends Http2FrameAdapter {

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean ends) {
            Http2UpstreamStream call = on(connection().stream(id));
            if (call != null) {
                touch(call);
                call.headers(headers, ends);
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
            Http2UpstreamStream call = on(connection().stream(id));
            int length = data.readableBytes();
            if (call == null) {
                return length + padding;
            }
            touch(call);
            return padding + length - call.data(data, ends);
        }

        private void touch(Http2UpstreamStream call) {
            if (touched.isEmpty() || touched.getLast() != call) {
                touched.add(call);
            }
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            greet(true);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long error) {
            Http2UpstreamStream call = on(connection().stream(id));
            if (call != null) {
                call.reset(error);
            }
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int last, long error, ByteBuf why) {
            lastBegun = last;
            leavePool();
            closeIfUnused();
        }
    }

    private final class Streams extends Http2ConnectionAdapter {

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2UpstreamStream call = stream.removeProperty(key);
            if (call != null) {
                call.closed(stream.id() > lastBegun, gone);
            }
        }

        @Override
        public void onStreamRemoved(Http2Stream stream) {
            if (gone) {
                return;
            }
            idleSinceNanos = System.nanoTime();
            if (retired) {
                closeIfUnused();
            } else {
                pool.hasRoom();
            }
        }
    }

    /** Gives its place in the pool back, once. */
    private void leavePool() {
        if (!retired) {
            retired = true;
            pool.left(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        gone = true;
        greet(false);
        leavePool();
        super.channelInactive(ctx); // closes the streams
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception known) {
        log.debug("connection to {} failed", pool.side().label(), cause);
        super.onConnectionError(ctx, outbound, cause, known);
    }
}
