package dev.bailey.gateway.server;

import dev.bailey.gateway.proxy.InFlight;
import dev.bailey.gateway.proxy.Lane;
import dev.bailey.gateway.proxy.Peer;
import dev.bailey.gateway.proxy.RelayedPeer;
import dev.bailey.gateway.proxy.RequestPath;
import dev.bailey.gateway.tls.ServerTls;
import dev.bailey.gateway.upstream.Transport;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.IntakeSpec;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Accepts clients, up to a bound, and gives each connection to an event loop. Thread-safe. */
public final class ClientListener {

    private static final int BACKLOG = 1024;

    /** While draining, a connection between two requests is left open so long, because its client may be sending the next. */
    private static final Duration IDLE_GRACE = Duration.ofSeconds(1);

    private final RequestPath path;
    private final GatewaySpec bounds;
    private final MeterRegistry meters;
    private final @Nullable ServerTls tls;
    private final InFlight inFlight = new InFlight();
    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile boolean draining;
    private volatile @Nullable Channel server;
    private volatile @Nullable Channel relay;

    /** @param tls null where clients come in the clear */
    public ClientListener(RequestPath path, GatewaySpec bounds, @Nullable ServerTls tls, MeterRegistry meters) {
        this.tls = tls;
        this.path = path;
        this.bounds = bounds;
        this.meters = meters;
        Gauge.builder("bailey.in.flight", inFlight, InFlight::count)
                .description("requests under way")
                .register(meters);
        Gauge.builder("bailey.client.connections", connections, AtomicInteger::get)
                .description("open connections of clients")
                .register(meters);
        bytes("in", bytesIn);
        bytes("out", bytesOut);
    }

    private void bytes(String direction, LongAdder count) {
        FunctionCounter.builder("bailey.bytes", count, LongAdder::sum)
                .description("bytes of bodies from and to clients")
                .tag("direction", direction)
                .register(meters);
    }

    /**
     * Binds.
     *
     * @param lanes what belongs to each event loop of the group
     * @throws UncheckedIOException when the address cannot be bound
     */
    public HostPort bind(HostPort address, EventLoopGroup loops, Transport transport, Map<EventExecutor, Lane> lanes) {
        HostPort at = listen(address, bootstrap(loops, transport, lanes));
        ReusedPort.allow(Objects.requireNonNull(server));
        return at;
    }

    /**
     * Binds beside the process whose place is to be taken: new connections come here from now on, and wait in the kernel until
     * {@link #accept}.
     *
     * @throws UncheckedIOException when the address cannot be bound
     */
    public HostPort bindBeside(
            HostPort address, EventLoopGroup loops, Transport transport, Map<EventExecutor, Lane> lanes) {
        HostPort at = listen(
                address,
                bootstrap(loops, transport, lanes)
                        .option(UnixChannelOption.SO_REUSEPORT, true)
                        .option(ChannelOption.AUTO_READ, false));
        ReusedPort.steer(Objects.requireNonNull(server));
        return at;
    }

    /** Accepts what {@link #bindBeside} let wait. */
    public void accept() {
        acceptAll();
    }

    /**
     * Takes requests of the process whose place is taken, at an address of this machine of their own.
     *
     * @param peers who asks there
     */
    public HostPort bindRelay(
            EventLoopGroup loops, Transport transport, Map<EventExecutor, Lane> lanes, RelayedPeer peers) {
        HostPort any = new HostPort("127.0.0.1", 0);
        Peer predecessor = new Peer(any.host(), false, false, bounds.trust());
        ChannelFuture bound = bootstrap(loops, transport, lanes)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        channel.pipeline()
                                .addLast(new ClientConnection(
                                        ClientListener.this, laneOf(channel, lanes), channel, predecessor, peers));
                    }
                })
                .bind(any.host(), any.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException("cannot listen on " + any, new IOException(bound.cause()));
        }
        relay = bound.channel();
        return at(any, bound);
    }

    private ServerBootstrap bootstrap(EventLoopGroup loops, Transport transport, Map<EventExecutor, Lane> lanes) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(transport.server())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted(channel, lanes);
                    }
                });
        transport.reads(bootstrap::childOption);
        return bootstrap;
    }

    private HostPort listen(HostPort address, ServerBootstrap bootstrap) {
        ChannelFuture bound = bootstrap.bind(address.host(), address.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException(
                    "cannot listen on " + address
                            + ": another process has the port, or it may not be used; change `listen` or stop the other",
                    new IOException(bound.cause()));
        }
        server = bound.channel();
        return at(address, bound);
    }

    private static HostPort at(HostPort address, ChannelFuture bound) {
        InetSocketAddress local = (InetSocketAddress) bound.channel().localAddress();
        return new HostPort(address.host(), local.getPort());
    }

    private void accepted(Channel channel, Map<EventExecutor, Lane> lanes) {
        Lane lane = laneOf(channel, lanes);
        if (connections.incrementAndGet() >= bounds.maxConnections()) {
            acceptWithinBound();
        }
        channel.closeFuture().addListener(_ -> {
            if (connections.getAndDecrement() >= bounds.maxConnections()) {
                acceptWithinBound();
            }
        });
        clients.add(channel);
        channel.pipeline().addLast(new ProtocolSelector(this, lane, channel, tls == null ? null : tls.current()));
    }

    private static Lane laneOf(Channel channel, Map<EventExecutor, Lane> lanes) {
        Lane lane = lanes.get(channel.eventLoop());
        if (lane == null) {
            throw new IllegalStateException("a connection on an event loop without a lane");
        }
        return lane;
    }

    /**
     * At the bound, the rest waits in the kernel's queue. Connections come and go on all event loops at once, so the listener's own
     * looks at how many there are then: whoever said so last would else decide, though it had counted first.
     */
    private void acceptWithinBound() {
        Channel listening = server;
        if (listening != null && listening.isOpen()) {
            listening
                    .eventLoop()
                    .execute(() ->
                            listening.config().setAutoRead(draining || connections.get() < bounds.maxConnections()));
        }
    }

    private void acceptAll() {
        Channel listening = server;
        if (listening != null && listening.isOpen()) {
            // After whatever is to be looked at before; else that could close it again.
            listening.eventLoop().execute(() -> listening.config().setAutoRead(true));
        }
    }

    /** Stops accepting, closes connections as their answers end, and waits; true when nothing is left in time. */
    public boolean drain(Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        stopAccepting();
        draining = true;
        each(Draining::beginDraining);
        Duration half = atMost.dividedBy(2);
        Duration grace = IDLE_GRACE.compareTo(half) < 0 ? IDLE_GRACE : half;
        if (!clients.newCloseFuture().await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            each(Draining::closeIfIdle);
            clients.newCloseFuture().await(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return inFlight.awaitNone(Duration.ofNanos(Math.max(0, until - System.nanoTime()))) && clients.isEmpty();
    }

    /** From now on every answer is its connection's last. */
    public void beginLeaving() {
        draining = true;
    }

    /**
     * Another process listens at the same address, and all requests go to it from now on: clients are told to leave with each answer.
     * What is still in the kernel's queue is accepted, then the listener closes; whoever is connected stays up to the limit, or
     * until it leaves. True when nobody was left.
     */
    public boolean leave(Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        draining = true;
        acceptAll();
        each(Draining::beginDraining);
        Duration half = atMost.dividedBy(2);
        Thread.sleep(IDLE_GRACE.compareTo(half) < 0 ? IDLE_GRACE : half); // handshakes on their way end here
        stopAccepting();
        each(Draining::endUnlessAsked);
        long left = until - System.nanoTime();
        while (left > 0 && !clients.newCloseFuture().await(left, TimeUnit.NANOSECONDS)) {
            left = until - System.nanoTime();
        }
        return clients.isEmpty();
    }

    /** The process whose place was taken is gone. */
    public void endRelay() {
        Channel listening = relay;
        if (listening != null) {
            listening.close().awaitUninterruptibly();
        }
    }

    private void each(Consumer<Draining> told) {
        for (Channel client : clients) {
            client.eventLoop().execute(() -> {
                Draining connection = client.pipeline().get(Draining.class);
                if (connection != null) {
                    told.accept(connection);
                }
            });
        }
    }

    private void stopAccepting() {
        Channel listening = server;
        if (listening != null) {
            listening.close().awaitUninterruptibly();
        }
    }

    /** Closes every connection. */
    public void close() {
        draining = true;
        stopAccepting();
        endRelay();
        clients.forEach(LingeringClose::cutShort);
        clients.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    RequestPath path() {
        return path;
    }

    GatewaySpec bounds() {
        return bounds;
    }

    /** How long a head may take to arrive. */
    long headNanos() {
        return bounds.intake().headTimeout().toNanos();
    }

    /** Bytes a second. */
    IntakeSpec intake() {
        return bounds.intake();
    }

    InFlight inFlight() {
        return inFlight;
    }

    boolean isDraining() {
        return draining;
    }

    void bytesIn(int count) {
        bytesIn.add(count);
    }

    void bytesOut(int count) {
        bytesOut.add(count);
    }

    void handshakeFailed() {
        meters.counter("bailey.tls.handshakes.failed").increment();
    }

    /** A request that could not be read. */
    void refused(int status) {
        meters.counter("bailey.requests.refused", "status", Integer.toString(status))
                .increment();
    }
}
