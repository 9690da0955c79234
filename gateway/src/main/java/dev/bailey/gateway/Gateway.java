package dev.bailey.gateway;

import dev.bailey.gateway.TrafficInterval.SideInterval;
import dev.bailey.gateway.http.Scratch;
import dev.bailey.gateway.load.Shedding;
import dev.bailey.gateway.proxy.AnswerEdits;
import dev.bailey.gateway.proxy.Answers;
import dev.bailey.gateway.proxy.Lane;
import dev.bailey.gateway.proxy.PinBook;
import dev.bailey.gateway.proxy.Pins;
import dev.bailey.gateway.proxy.Relay;
import dev.bailey.gateway.proxy.RelayedPeer;
import dev.bailey.gateway.proxy.RequestId;
import dev.bailey.gateway.proxy.RequestPath;
import dev.bailey.gateway.proxy.Succession;
import dev.bailey.gateway.proxy.Traffic;
import dev.bailey.gateway.proxy.VersionUse;
import dev.bailey.gateway.server.ClientListener;
import dev.bailey.gateway.server.Turns;
import dev.bailey.gateway.tls.ServerTls;
import dev.bailey.gateway.tls.TlsProvider;
import dev.bailey.gateway.upstream.SideLimits;
import dev.bailey.gateway.upstream.Transport;
import dev.bailey.gateway.upstream.Upstream;
import dev.bailey.gateway.upstream.UpstreamMeters;
import dev.bailey.gateway.upstream.UpstreamPool;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.route.Text;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ServiceSpec;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running data plane. All methods are thread-safe. */
public final class Gateway implements AutoCloseable {

    /** Bodies held whole, by all requests together. */
    private static final long MAX_HELD_BYTES = 64L << 20;

    private final GatewayConfig config;
    private final Shedding shedding;
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    private final MultiThreadIoEventLoopGroup loops;
    private static final String LOOPS = "bailey-gateway";

    /** As the virtual machine names its threads. */
    private static final List<String> COMPILERS = List.of("C1 CompilerThread", "C2 CompilerThread");

    /** What is used often is compiled by then. */
    private static final Duration WARM = Duration.ofSeconds(30);

    private final Map<EventExecutor, Lane> lanes;
    private final List<Upstream.Watch> watches = new ArrayList<>();
    private final List<Upstream> upstreams = new ArrayList<>();
    private final @Nullable ServerTls tls;
    private final ClientListener listener;
    private final Traffic traffic;
    private final PinBook pinBook = new PinBook();
    private final VersionUse versionUse;
    private volatile HostPort address;
    private final @Nullable HostPort relayAddress;
    private final Succession succession;
    private final Transport transport;
    private final Answers answers;
    private volatile @Nullable Relay relay;
    private final Instant started;
    private final Map<SliceName, Instant> takenAt = new ConcurrentHashMap<>();

    private Gateway(GatewayConfig config, @Nullable String token) {
        this.config = config;
        this.started = config.clock().instant();
        SideLimits limits = new SideLimits(() -> config.snapshots().get().spec());
        this.traffic = new Traffic(config.meters(), limits);
        this.versionUse = new VersionUse(config.meters(), config.clock());
        this.answers = new Answers(config.bounds().sideHeader());
        this.succession = new Succession(
                config.bounds().maxHeldWrites(), config.bounds().takeOverWait().multipliedBy(2));
        RequestPath path = new RequestPath(
                config.snapshots(),
                config.bounds(),
                config.writes(),
                config.translator(),
                config.shadow(),
                limits,
                answers,
                versionUse,
                succession);
        this.transport = Transport.best();
        MigrationSpec spec = config.snapshots().get().spec();
        this.tls = spec.tls().map(own -> ServerTls.open(own, config.files())).orElse(null);
        this.listener = new ClientListener(path, config.bounds(), tls, config.meters());
        Upstream legacy = upstream(Side.LEGACY, spec.legacy());
        Upstream modern = upstream(Side.MODERN, spec.modern());
        int threads = config.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : config.eventLoops();
        this.shedding = new Shedding(config.bounds().intake(), MAX_HELD_BYTES, threads, config.meters());
        this.loops = transport.eventLoops(threads, LOOPS);
        Map<EventExecutor, Lane> byLoop = new HashMap<>();
        for (EventExecutor loop : loops) {
            Lane lane = lane(byLoop.size(), (EventLoop) loop, transport, legacy, modern, threads);
            loop.execute(() -> lane.load().measure(loop, System::nanoTime));
            byLoop.put(loop, lane);
        }
        this.lanes = byLoop;
        try {
            if (token == null) {
                this.address = listener.bind(config.listen(), loops, transport, byLoop);
                this.relayAddress = null;
            } else {
                RelayedPeer peers = new RelayedPeer(token, config.bounds().trust());
                this.relayAddress = listener.bindRelay(loops, transport, byLoop, peers);
                this.address = config.listen();
            }
        } catch (RuntimeException failed) {
            listener.close();
            closeTls();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw failed;
        }
        log.info("{}", means(transport, spec));
        Thread.ofVirtual().name("turns").start(Gateway::arrangeTurns);
    }

    /** What drives sockets, and TLS where there is any: each has a dearer stand-in. */
    private static String means(Transport transport, MigrationSpec spec) {
        boolean secure = spec.tls().isPresent()
                || Stream.of(spec.legacy(), spec.modern())
                        .anyMatch(service -> "https".equals(service.url().getScheme()));
        return "sockets are driven by " + transport.label() + (secure ? ", TLS by " + TlsProvider.label() : "");
    }

    /**
     * A turn of a compiler is up to several milliseconds that requests on its core would wait. At first it is needed more than they
     * need its core.
     */
    private static void arrangeTurns() {
        Turns.shorten(LOOPS);
        try {
            Thread.sleep(WARM);
            COMPILERS.forEach(Turns::giveWay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Upstream upstream(Side side, ServiceSpec service) {
        Upstream upstream = Upstream.of(side, service, config.files(), Upstream.isChecked(service));
        upstreams.add(upstream);
        UpstreamMeters.addresses(config.meters(), upstream.addresses());
        watches.add(upstream.watch(new SplittableRandom(seed(config.ids().get())), config.meters()));
        return upstream;
    }

    private UpstreamPool pool(Upstream upstream, EventLoop loop, Scratch scratch, Transport transport, int threads) {
        MigrationSpec spec = config.snapshots().get().spec();
        ReachSpec reach = spec.service(upstream.side()).reach();
        return new UpstreamPool(
                upstream,
                loop,
                scratch,
                transport,
                config.bounds().connectTimeout(),
                Math.ceilDiv(spec.connections(upstream.side()), threads),
                Math.ceilDiv(reach.warm(), threads),
                seed(config.ids().get()));
    }

    private Lane lane(int index, EventLoop loop, Transport transport, Upstream legacy, Upstream modern, int threads) {
        Scratch scratch = new Scratch();
        return new Lane(
                loop,
                scratch,
                new AnswerEdits(),
                new Decision(),
                shedding.loop(index),
                shedding.bytes(),
                pool(legacy, loop, scratch, transport, threads),
                pool(modern, loop, scratch, transport, threads),
                traffic.stripe(),
                new RequestId(config.ids().get()),
                pins(),
                new Text(),
                new SplittableRandom(seed(config.ids().get())));
    }

    private static long seed(String id) {
        return id.chars().asLongStream().reduce(0xcbf29ce484222325L, (hash, c) -> (hash ^ c) * 0x100000001b3L);
    }

    /**
     * Binds and serves.
     *
     * @throws java.io.UncheckedIOException when the address cannot be bound
     * @throws IllegalArgumentException when a side's URL cannot be used
     */
    public static Gateway start(GatewayConfig config) {
        return new Gateway(config, null);
    }

    /**
     * Starts beside the gateway whose place is to be taken, and serves what that one passes on to {@link #relayAddress}. Next come
     * {@link #listenBeside} and {@link #accept}.
     *
     * @param token what the other one shows
     * @throws IllegalStateException where sockets cannot be shared
     */
    public static Gateway startBeside(GatewayConfig config, String token) {
        if (!canTakeOver()) {
            throw new IllegalStateException("one process can take over from another on Linux only (transport "
                    + Transport.best() + ", expected EPOLL or IO_URING)");
        }
        return new Gateway(config, token);
    }

    /**
     * Binds the address that the other gateway has; clients who come by themselves wait in the kernel until {@link #accept}.
     *
     * @throws java.io.UncheckedIOException when the address cannot be bound
     */
    public void listenBeside() {
        address = listener.bindBeside(config.listen(), loops, transport, lanes);
    }

    /** Whether two processes can have one port here. */
    public static boolean canTakeOver() {
        return Transport.best() != Transport.NIO;
    }

    /** Where the other gateway passes requests on to; only after {@link #startBeside}. */
    public HostPort relayAddress() {
        return Objects.requireNonNull(relayAddress, "not started beside another");
    }

    /** Accepts clients, after {@link #listenBeside}; else harmless. */
    public void accept() {
        listener.accept();
    }

    /** The gateway whose place was taken is gone. */
    public void endRelay() {
        listener.endRelay();
    }

    /** Writes that the write path gives back wait from now on, until {@link #stay} or {@link #passTo}. */
    public void awaitSuccessor() {
        succession.await();
    }

    /** The write path takes writes again. */
    public void stay() {
        succession.stay();
    }

    /** How many writes wait for a successor. */
    public int heldForSuccessor() {
        return succession.held();
    }

    /** From now on every request goes to the gateway at this address, and every answer asks its client to connect anew. */
    public void passTo(HostPort successor, String token) {
        ServiceSpec there = new ServiceSpec(
                URI.create("http://" + successor),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                ReachSpec.DEFAULTS.withHttp(ReachSpec.HttpVersion.HTTP_1_1));
        Upstream upstream = Upstream.of(Side.LEGACY, there, config.files());
        Map<EventLoop, UpstreamPool> pools = new HashMap<>();
        for (Lane lane : lanes.values()) {
            pools.put(
                    lane.loop(),
                    new UpstreamPool(
                            upstream,
                            lane.loop(),
                            lane.scratch(),
                            transport,
                            config.bounds().connectTimeout(),
                            config.bounds().maxConnections(),
                            0,
                            seed(config.ids().get())));
        }
        Relay made =
                new Relay(pools, token, answers, config.bounds().idleTimeout().toNanos());
        relay = made;
        listener.beginLeaving();
        succession.passTo(made);
    }

    /** After {@link #passTo}: waits until every client has gone to the other gateway; true when nobody was left in time. */
    public boolean leave(Duration atMost) throws InterruptedException {
        return listener.leave(atMost);
    }

    /** Routes from now on by this snapshot: one reference swap. */
    public void publish(Snapshot snapshot) {
        config.snapshots().set(snapshot);
    }

    public Snapshot snapshot() {
        return config.snapshots().get();
    }

    /**
     * What the slice did since the last call for it (since the start, at first). Reads count at every side they were tried at,
     * so a read that fell back counts as an error of modern and as a read of legacy. The shadow parts are empty: the mirror
     * counts those.
     */
    public TrafficInterval takeInterval(SliceName slice) {
        Instant now = config.clock().instant();
        Instant before = takenAt.put(slice, now);
        Traffic.Taken taken = traffic.take(slice);
        return new TrafficInterval(
                slice,
                before == null ? started : before,
                now,
                Map.of(Side.LEGACY, interval(taken.legacy()), Side.MODERN, interval(taken.modern())),
                Map.of(),
                taken.fallbacks(),
                Map.of(),
                Map.of());
    }

    private static SideInterval interval(Traffic.SideCount count) {
        return new SideInterval(count.reads(), count.writes(), count.errors(), count.latencyMicros());
    }

    /** Who used which version of a slice's interface since the start, most used first. */
    public List<VersionUse.Use> versionUse(SliceName slice) {
        return versionUse.of(slice);
    }

    /** Where it listens, with the real port. */
    public HostPort address() {
        return address;
    }

    /**
     * Stops accepting, answers what is under way with {@code Connection: close}, and waits for it, writes whose client left
     * included. Blocks; true when everything ended within the time. Call {@link #close()} afterwards.
     */
    public boolean drain(Duration atMost) throws InterruptedException {
        return listener.drain(atMost);
    }

    /** A reader of the pins it gives, for one thread. */
    public Pins pins() {
        return new Pins(config.pinKey(), pinBook, config.clock());
    }

    /**
     * Reads the certificate files, to clients and to services, again now, rather than when they are looked at next; false when
     * some cannot be used, and then the last of those stay in force. True where there are none.
     */
    public boolean reloadCertificates() {
        boolean all = tls == null || tls.reload();
        for (Upstream upstream : upstreams) {
            all &= upstream.reloadTls();
        }
        return all;
    }

    private void closeTls() {
        if (tls != null) {
            tls.close();
        }
    }

    /** Cuts what is left and frees everything; a write that was under way is settled as unknown. */
    @Override
    public void close() {
        listener.close();
        closeTls();
        for (Lane lane : lanes.values()) {
            if (!lane.loop().isShuttingDown()) {
                lane.loop().execute(() -> {
                    lane.load().stop();
                    lane.legacy().close();
                    lane.modern().close();
                });
            }
        }
        Relay passed = relay;
        if (passed != null) {
            passed.close();
        }
        watches.forEach(Upstream.Watch::close);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
