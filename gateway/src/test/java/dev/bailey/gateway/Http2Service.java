package dev.bailey.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A service of HTTP/2 alone, which answers each stream as a script says. */
final class Http2Service implements AutoCloseable {

    /** Told when a request is complete. */
    @FunctionalInterface
    interface Script {
        void answer(Stream stream);
    }

    /** One request, and what can be done about it. */
    static final class Stream {
        private final ChannelHandlerContext ctx;
        final Http2Headers headers;
        final StringBuilder body = new StringBuilder();

        @Nullable
        Http2Headers trailers;

        Stream(ChannelHandlerContext ctx, Http2Headers headers) {
            this.ctx = ctx;
            this.headers = headers;
        }

        String path() {
            return String.valueOf(headers.path());
        }

        Stream head(int status, boolean ends, String... namesAndValues) {
            Http2Headers answer = new DefaultHttp2Headers().status(Integer.toString(status));
            for (int i = 0; i < namesAndValues.length; i += 2) {
                answer.add(namesAndValues[i], namesAndValues[i + 1]);
            }
            ctx.writeAndFlush(new DefaultHttp2HeadersFrame(answer, ends));
            return this;
        }

        Stream data(String text, boolean ends) {
            ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
            ctx.writeAndFlush(new DefaultHttp2DataFrame(bytes, ends));
            return this;
        }

        Stream trailers(String... namesAndValues) {
            Http2Headers fields = new DefaultHttp2Headers();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                fields.add(namesAndValues[i], namesAndValues[i + 1]);
            }
            ctx.writeAndFlush(new DefaultHttp2HeadersFrame(fields, true));
            return this;
        }

        /** Answers with so many bytes, each piece when the one before has left, and counts those that left. */
        void large(long bytes, AtomicLong left) {
            head(200, false);
            piece(bytes, left);
        }

        private void piece(long bytes, AtomicLong left) {
            int length = (int) Math.min(PIECE, bytes);
            ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[length]), length == bytes))
                    .addListener(written -> {
                        if (written.isSuccess()) {
                            left.addAndGet(length);
                            if (length < bytes) {
                                piece(bytes - length, left);
                            }
                        }
                    });
        }

        void reset(Http2Error error) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(error));
        }

        /** Says that only streams before this one are worked on, and closes when they are done. */
        void goAwayBeforeThis() {
            Http2FrameCodec codec = ctx.channel().parent().pipeline().get(Http2FrameCodec.class);
            ChannelHandlerContext connection = ctx.channel().parent().pipeline().context(codec);
            int id = ((Http2StreamChannel) ctx.channel()).stream().id();
            codec.goAway(
                    connection, id - 2, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, connection.newPromise());
            connection.flush();
        }

        void closeConnection() {
            ctx.channel().parent().close();
        }

        Channel connection() {
            return ctx.channel().parent();
        }
    }

    private static final int PIECE = 16 * 1024;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel server;
    private final boolean secure;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Stream> streams = new CopyOnWriteArrayList<>();

    Http2Service(@Nullable SslContext tls, int maxStreams, Script script) {
        this(tls, maxStreams, 0, CompletableFuture.completedFuture(null), script);
    }

    private Http2Service(
            @Nullable SslContext tls, int maxStreams, int early, CompletableFuture<?> reads, Script script) {
        secure = tls != null;
        server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        connections.incrementAndGet();
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forServer()
                                                .initialSettings(new Http2Settings().maxConcurrentStreams(maxStreams))
                                                .decoupleCloseAndGoAway(true)
                                                .build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                                            @Override
                                            protected void initChannel(Channel stream) {
                                                stream.pipeline().addLast(new Scripted(script, early, reads));
                                            }
                                        }));
                    }
                })
                .bind("127.0.0.1", 0)
                .awaitUninterruptibly()
                .channel();
    }

    static Http2Service answering(Script script) {
        return new Http2Service(null, 100, script);
    }

    /** The script is told once, when so much of a request's body has come, and not when the request is complete. */
    static Http2Service interrupting(int bytes, Script script) {
        return new Http2Service(null, 100, bytes, CompletableFuture.completedFuture(null), script);
    }

    /** A body is read, and its window opened further, only when {@code reads} is complete. */
    static Http2Service readingOnce(CompletableFuture<?> reads, Script script) {
        return new Http2Service(null, 100, 0, reads, script);
    }

    URI url() {
        return URI.create((secure ? "https://localhost:" : "http://127.0.0.1:")
                + ((InetSocketAddress) server.localAddress()).getPort());
    }

    int connections() {
        return connections.get();
    }

    List<Stream> streams() {
        return streams;
    }

    private final class Scripted extends ChannelInboundHandlerAdapter {
        private final Script script;
        private final int early;
        private final CompletableFuture<?> reads;
        private boolean told;
        private @Nullable Stream stream;

        Scripted(Script script, int early, CompletableFuture<?> reads) {
            this.script = script;
            this.early = early;
            this.reads = reads;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            boolean ends = false;
            Stream known = stream;
            if (message instanceof Http2HeadersFrame frame && known == null) {
                known = new Stream(ctx, frame.headers());
                stream = known;
                streams.add(known);
                ends = frame.isEndStream();
                if (!reads.isDone()) {
                    ctx.channel().config().setAutoRead(false);
                    reads.thenRun(() -> ctx.channel().config().setAutoRead(true));
                }
            } else if (message instanceof Http2HeadersFrame frame && known != null) {
                known.trailers = frame.headers();
                ends = true;
            } else if (message instanceof Http2DataFrame frame && known != null) {
                known.body.append(frame.content().toString(StandardCharsets.UTF_8));
                ends = frame.isEndStream();
            }
            ReferenceCountUtil.release(message);
            boolean due = early == 0 ? ends : known != null && known.body.length() >= early;
            if (due && !told && known != null) {
                told = true;
                script.answer(known);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        clients.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
