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
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one address, bounded in number; calls over that wait, bounded in number and time. Used
 * on its event loop only. The connection used last is taken first.
 */
final class AddressPool {

    private static final Logger log = LoggerFactory.getLogger(AddressPool.class);

    /** Calls that may wait for each connection the pool may have. */
    private static final int WAITING_PER_CONNECTION = 16;

    /** Of HTTP/2, where a connection that is being made will carry many. */
    private static final int WAITING_PER_SHARED = 100;

    /** A connection idle for longer is not used again. */
    private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Services close idle connections; a request that must not be sent twice takes only one that was in use just now. */
    private static final long MAX_IDLE_UNSAFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final UpstreamPool pool;
    private final Address address;
    private final int maxConnections;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<UpstreamCall> waiting = new ArrayDeque<>();
    private final List<Http2UpstreamConnection> shared = new ArrayList<>(2);
    private int open;
    private int connecting;
    private boolean http2;

    AddressPool(UpstreamPool pool, Address address) {
        this.pool = pool;
        this.address = address;
        this.maxConnections = pool.maxConnections();
        this.http2 = pool.upstream().isHttp2Only();
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
        if (http2 && mayShare(call)) {
            Http2UpstreamConnection roomy = roomy();
            if (roomy != null) {
                call.connected(new Http2UpstreamStream(roomy));
                return;
            }
            if (connecting > 0 && waiting.size() < maxConnections * WAITING_PER_SHARED) {
                await(call);
                return;
            }
        }
        UpstreamConnection pooled = fresh ? null : takeIdle(call);
        if (pooled != null) {
            call.connected(pooled);
        } else if (open < maxConnections) {
            connect(call);
        } else if (!idle.isEmpty()) {
            idle.removeLast().close(); // its end makes room
            await(call);
        } else if (waiting.size() < maxConnections * (http2 ? WAITING_PER_SHARED : WAITING_PER_CONNECTION)) {
            await(call);
        } else {
            call.fail(new Failure(Cause.OVERLOADED, false, "too many requests wait for " + side().label()));
        }
    }

    /** HTTP/2 carries no upgrades, where there is a choice. */
    private boolean mayShare(UpstreamCall call) {
        return !call.request().upgrades() || pool.upstream().isHttp2Only();
    }

    private @Nullable Http2UpstreamConnection roomy() {
        long now = TurnLoop.now(pool.loop());
        for (int i = 0; i < shared.size(); i++) {
            Http2UpstreamConnection connection = shared.get(i);
            if (connection.idleNanos(now) > MAX_IDLE_NANOS) {
                connection.retire();
                i--;
            } else if (connection.hasRoom()) {
                return connection;
            }
        }
        return null;
    }

    private @Nullable UpstreamConnection takeIdle(UpstreamCall call) {
        UpstreamConnection newest = idle.peekFirst();
        if (newest == null) {
            return null;
        }
        long now = TurnLoop.now(pool.loop());
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
        connecting++;
        boolean upgrades = call != null && call.request().upgrades();
        Bootstrap bootstrap = new Bootstrap()
                .group(pool.loop())
                .channel(pool.transport().client())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        pool.connectTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler tls = pool.upstream().newTls(channel.alloc(), upgrades);
                        if (tls != null) {
                            tls.setHandshakeTimeoutMillis(pool.connectTimeout().toMillis());
                            channel.pipeline().addLast(tls, QuietHandshake.INSTANCE);
                        }
                    }
                });
        pool.transport().reads(bootstrap::option);
        ChannelFuture connecting = bootstrap.connect(address.socket());
        connecting.addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                refused(call, connected.cause());
                return;
            }
            SslHandler tls = connected.channel().pipeline().get(SslHandler.class);
            if (tls == null) {
                ready(call, connected.channel(), http2);
            } else {
                tls.handshakeFuture().addListener((Future<Channel> shaken) -> {
                    if (shaken.isSuccess()) {
                        agreed(call, connected.channel(), tls.applicationProtocol());
                    } else {
                        connected.channel().close();
                        refused(call, shaken.cause());
                    }
                });
            }
        });
    }

    private void agreed(@Nullable UpstreamCall call, Channel channel, @Nullable String protocol) {
        if (channel.pipeline().context(QuietHandshake.INSTANCE) != null) {
            channel.pipeline().remove(QuietHandshake.INSTANCE);
        }
        boolean two = ApplicationProtocolNames.HTTP_2.equals(protocol);
        if (pool.upstream().isHttp2Only() && !two) {
            channel.close();
            refused(call, new SSLException("ALPN did not agree on HTTP/2"));
        } else {
            ready(call, channel, two);
        }
    }

    private void ready(@Nullable UpstreamCall call, Channel channel, boolean two) {
        if (two) {
            greet(call, channel);
            return;
        }
        connecting--;
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

    /** Of HTTP/2 the service speaks first: no request is risked on one that does not, or before its limits are known. */
    private void greet(@Nullable UpstreamCall call, Channel channel) {
        Http2UpstreamConnection connection =
                Http2UpstreamConnection.of(this, pool.upstream().isSecure(), (made, spoke) -> {
                    if (spoke) {
                        share(call, made);
                    } else {
                        refused(call, new ConnectException("the service does not speak HTTP/2"));
                    }
                });
        channel.pipeline().addLast(connection);
        if (channel.isActive()) {
            pool.loop()
                    .schedule(connection::giveUpGreeting, pool.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } else {
            connection.giveUpGreeting();
        }
    }

    /** A connection of HTTP/2, for this call and those that wait. */
    private void share(@Nullable UpstreamCall call, Http2UpstreamConnection connection) {
        connecting--;
        http2 = true;
        shared.add(connection);
        if (call != null && !call.isDone()) {
            if (mayShare(call)) {
                call.connected(new Http2UpstreamStream(connection));
            } else {
                acquire(call, true);
            }
        }
        serveWaiting();
        if (pool.isClosed() || address.isGone()) {
            connection.retire();
        }
    }

    /** A shared connection takes no more calls. */
    void left(Http2UpstreamConnection connection) {
        if (shared.remove(connection)) {
            open--;
            serveWaiting();
        }
    }

    /** A shared connection may take one call more. */
    void hasRoom() {
        if (!waiting.isEmpty()) {
            serveWaiting();
        }
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case SSLException untrusted -> "TLS failed";
            case ConnectTimeoutException late -> "no answer in time";
            case ConnectException refused -> "connection refused";
            case UnknownHostException unknown -> "unknown host";
            default -> "connection failed";
        };
    }

    private void refused(@Nullable UpstreamCall call, Throwable cause) {
        open--;
        connecting--;
        log.debug("cannot connect to {} at {}", side().label(), address, cause);
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
            connection.idleSince(TurnLoop.now(pool.loop()));
            idle.addFirst(connection);
        }
    }

    void closed(UpstreamConnection connection) {
        open--;
        idle.remove(connection);
        serveWaiting();
    }

    private void serveWaiting() {
        while (!pool.isClosed()) {
            Http2UpstreamConnection roomy = http2 ? roomy() : null;
            if (roomy == null && (open >= maxConnections || (http2 && connecting > 0))) {
                return;
            }
            UpstreamCall next = nextWaiting();
            if (next == null) {
                return;
            }
            if (roomy != null && mayShare(next)) {
                next.connected(new Http2UpstreamStream(roomy));
            } else {
                connect(next);
            }
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
        List.copyOf(shared).forEach(Http2UpstreamConnection::retire);
    }

    void close() {
        closeIdle();
        List<UpstreamCall> left = new ArrayList<>(waiting);
        waiting.clear();
        left.forEach(call -> call.fail(new Failure(Cause.OVERLOADED, false, "the gateway is closing")));
    }
}
