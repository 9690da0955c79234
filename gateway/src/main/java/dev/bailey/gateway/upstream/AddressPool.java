package dev.bailey.gateway.upstream;

import dev.bailey.gateway.upstream.AnswerListener.Failure;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.model.phase.Side;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one address, bounded in number; calls over that wait, bounded in number and time. Used
 * on its event loop only. The connection used last is taken first.
 */
final class AddressPool {

    /** Calls that may wait for each connection the pool may have. */
    private static final int WAITING_PER_CONNECTION = 16;

    /** A connection idle for longer is not used again. */
    private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Services close idle connections; a request that must not be sent twice takes only one that was in use just now. */
    private static final long MAX_IDLE_UNSAFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final UpstreamPool pool;
    private final Address address;
    private final int maxConnections;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<UpstreamCall> waiting = new ArrayDeque<>();
    private int open;

    AddressPool(UpstreamPool pool, Address address) {
        this.pool = pool;
        this.address = address;
        this.maxConnections = pool.maxConnections();
    }

    UpstreamPool owner() {
        return pool;
    }

    Address address() {
        return address;
    }

    Side side() {
        return pool.side();
    }

    /** @param fresh whether no connection that was used before will do */
    void acquire(UpstreamCall call, boolean fresh) {
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
        UpstreamConnection newest = idle.peekFirst();
        if (newest == null) {
            return null;
        }
        long now = System.nanoTime();
        long limit = call.isSafe() ? MAX_IDLE_NANOS : MAX_IDLE_UNSAFE_NANOS;
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
        pool.loop()
                .schedule(
                        () -> {
                            if (waiting.remove(call)) {
                                call.fail(new Failure(
                                        Cause.OVERLOADED,
                                        false,
                                        "no connection to " + side().label() + " became free in time"));
                            }
                        },
                        pool.connectTimeout().toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    void forget(UpstreamCall call) {
        waiting.remove(call);
    }

    /** Opens connections until so many are open, for the calls to come. */
    void keepOpen(int count) {
        for (int missing = Math.min(count, maxConnections) - open; missing > 0; missing--) {
            connect(null);
        }
    }

    private void connect(@Nullable UpstreamCall call) {
        open++;
        ChannelFuture connecting = new Bootstrap()
                .group(pool.loop())
                .channel(pool.transport().client())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        pool.connectTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, Transport.reads())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslContext tls = pool.upstream().tls();
                        if (tls != null) {
                            SslHandler handler = tls.newHandler(
                                    channel.alloc(),
                                    pool.upstream().host(),
                                    pool.upstream().port());
                            handler.setHandshakeTimeoutMillis(
                                    pool.connectTimeout().toMillis());
                            channel.pipeline().addLast(handler);
                        }
                    }
                })
                .connect(address.socket());
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

    private void ready(@Nullable UpstreamCall call, Channel channel) {
        UpstreamConnection connection = new UpstreamConnection(this, channel);
        channel.pipeline().addLast(connection);
        if (!channel.isActive()) {
            connection.gone();
            if (call != null) {
                call.fail(new Failure(Cause.CONNECT, false, side().label() + " closed the connection at once"));
            }
        } else if (call == null || call.isDone()) {
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

    private void refused(@Nullable UpstreamCall call, Throwable cause) {
        open--;
        if (call != null) {
            call.fail(new Failure(Cause.CONNECT, false, "cannot connect to " + side().label() + ": " + reason(cause)));
        }
        serveWaiting();
    }

    void release(UpstreamConnection connection) {
        UpstreamCall next = nextWaiting();
        if (next != null) {
            next.connected(connection);
        } else if (pool.isClosed() || address.isGone()) {
            connection.close();
        } else {
            connection.idleSince(System.nanoTime());
            idle.addFirst(connection);
        }
    }

    void closed(UpstreamConnection connection) {
        open--;
        idle.remove(connection);
        serveWaiting();
    }

    private void serveWaiting() {
        while (open < maxConnections && !pool.isClosed()) {
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

    /** Of an address that vanished what is idle is closed; true once nothing is left of it. */
    boolean closeIfGone() {
        if (!address.isGone()) {
            return false;
        }
        closeIdle();
        return open == 0 && waiting.isEmpty();
    }

    private void closeIdle() {
        List<UpstreamConnection> unused = new ArrayList<>(idle);
        idle.clear();
        unused.forEach(UpstreamConnection::close);
    }

    void close() {
        closeIdle();
        List<UpstreamCall> left = new ArrayList<>(waiting);
        waiting.clear();
        left.forEach(call -> call.fail(new Failure(Cause.OVERLOADED, false, "the gateway is closing")));
    }
}
