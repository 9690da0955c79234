package dev.bailey.gateway.upstream;

import dev.bailey.gateway.http.Scratch;
import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.model.phase.Side;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one side, bounded in number; calls over that wait, bounded in number and time. Used
 * on its event loop only. The connection used last is taken first.
 */
public final class UpstreamPool {

    /** Calls that may wait for each connection the pool may have. */
    private static final int WAITING_PER_CONNECTION = 16;

    /** A connection idle for longer is not used again. */
    private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Services close idle connections; a request that must not be sent twice takes only one that was in use just now. */
    private static final long MAX_IDLE_UNSAFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Upstream upstream;
    private final EventLoop loop;
    private final Scratch scratch;
    private final Transport transport;
    private final Duration connectTimeout;
    private final int maxConnections;

    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<UpstreamCall> waiting = new ArrayDeque<>();
    private int open;
    private boolean closed;

    public UpstreamPool(
            Upstream upstream,
            EventLoop loop,
            Scratch scratch,
            Transport transport,
            Duration connectTimeout,
            int maxConnections) {
        this.upstream = upstream;
        this.loop = loop;
        this.scratch = scratch;
        this.transport = transport;
        this.connectTimeout = connectTimeout;
        this.maxConnections = Math.max(1, maxConnections);
    }

    public Upstream upstream() {
        return upstream;
    }

    Scratch scratch() {
        return scratch;
    }

    Side side() {
        return upstream.side();
    }

    void acquire(UpstreamCall call, boolean fresh) {
        if (closed) {
            call.fail(new Failure(Cause.OVERLOADED, false, "the gateway is closing"));
            return;
        }
        UpstreamConnection pooled = fresh ? null : takeIdle(call);
        if (pooled != null) {
            call.connected(pooled);
        } else if (open < maxConnections) {
            connect(call);
        } else if (!idle.isEmpty()) {
            idle.removeLast().close(); // its end makes room
            await(call);
        } else if (waiting.size() < maxConnections * WAITING_PER_CONNECTION) {
            await(call);
        } else {
            call.fail(new Failure(Cause.OVERLOADED, false, "too many requests wait for " + side().label()));
        }
    }

    private @Nullable UpstreamConnection takeIdle(UpstreamCall call) {
        long now = System.nanoTime();
        long limit = call.isSafe() ? MAX_IDLE_NANOS : MAX_IDLE_UNSAFE_NANOS;
        UpstreamConnection newest;
        while ((newest = idle.peekFirst()) != null) {
            if (!newest.isActive() || newest.idleNanos(now) > MAX_IDLE_NANOS) {
                idle.pollFirst();
                newest.close();
            } else if (newest.idleNanos(now) <= limit) {
                return idle.pollFirst();
            } else {
                return null;
            }
        }
        return null;
    }

    private void await(UpstreamCall call) {
        waiting.addLast(call);
        loop.schedule(
                () -> {
                    if (waiting.remove(call)) {
                        call.fail(new Failure(
                                Cause.OVERLOADED,
                                false,
                                "no connection to " + side().label() + " became free in time"));
                    }
                },
                connectTimeout.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    void forget(UpstreamCall call) {
        waiting.remove(call);
    }

    private void connect(UpstreamCall call) {
        InetSocketAddress address = upstream.address();
        if (address == null) {
            call.fail(new Failure(Cause.CONNECT, false, "the host of " + side().label() + " is not known"));
            return;
        }
        open++;
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(transport.client())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, Transport.reads())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslContext tls = upstream.tls();
                        if (tls != null) {
                            SslHandler handler = tls.newHandler(channel.alloc(), upstream.host(), upstream.port());
                            handler.setHandshakeTimeoutMillis(connectTimeout.toMillis());
                            channel.pipeline().addLast(handler);
                        }
                    }
                })
                .connect(address);
        connecting.addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                refused(call, connected.cause());
                return;
            }
            SslHandler tls = connected.channel().pipeline().get(SslHandler.class);
            if (tls == null) {
                ready(call, connected.channel());
            } else {
                tls.handshakeFuture().addListener((Future<Channel> shaken) -> {
                    if (shaken.isSuccess()) {
                        ready(call, connected.channel());
                    } else {
                        connected.channel().close();
                        refused(call, shaken.cause());
                    }
                });
            }
        });
    }

    private void ready(UpstreamCall call, Channel channel) {
        UpstreamConnection connection = new UpstreamConnection(this, channel);
        channel.pipeline().addLast(connection);
        if (!channel.isActive()) {
            connection.gone();
            call.fail(new Failure(Cause.CONNECT, false, side().label() + " closed the connection at once"));
        } else if (call.isDone()) {
            release(connection);
        } else {
            call.connected(connection);
        }
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException late -> "no answer in time";
            case ConnectException refused -> "connection refused";
            case UnknownHostException unknown -> "unknown host";
            default -> "connection failed";
        };
    }

    private void refused(UpstreamCall call, Throwable cause) {
        open--;
        upstream.refused();
        call.fail(new Failure(Cause.CONNECT, false, "cannot connect to " + side().label() + ": " + reason(cause)));
        serveWaiting();
    }

    void release(UpstreamConnection connection) {
        UpstreamCall next = nextWaiting();
        if (next != null) {
            next.connected(connection);
        } else if (closed) {
            connection.close();
        } else {
            idle.addFirst(connection);
        }
    }

    void closed(UpstreamConnection connection) {
        open--;
        idle.remove(connection);
        serveWaiting();
    }

    private void serveWaiting() {
        while (open < maxConnections && !closed) {
            UpstreamCall next = nextWaiting();
            if (next == null) {
                return;
            }
            connect(next);
        }
    }

    private @Nullable UpstreamCall nextWaiting() {
        UpstreamCall next = waiting.pollFirst();
        while (next != null && next.isDone()) {
            next = waiting.pollFirst();
        }
        return next;
    }

    /** Closes what is idle and refuses what waits; connections in use close when their call ends. */
    public void close() {
        closed = true;
        List<UpstreamConnection> unused = new ArrayList<>(idle);
        idle.clear();
        unused.forEach(UpstreamConnection::close);
        List<UpstreamCall> left = new ArrayList<>(waiting);
        waiting.clear();
        left.forEach(call -> call.fail(new Failure(Cause.OVERLOADED, false, "the gateway is closing")));
    }
}
