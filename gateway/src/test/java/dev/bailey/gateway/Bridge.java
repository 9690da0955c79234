package dev.bailey.gateway;

import dev.bailey.gateway.proxy.JsonataTranslator;
import dev.bailey.gateway.proxy.ShadowTap;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.CompareSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.GatesSpec;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.IntakeSpec;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RampSpec;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.ServiceSpec;
import dev.bailey.model.spec.ShadowSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TlsSpec;
import dev.bailey.model.spec.TranslateSpec;
import dev.bailey.model.spec.WritesSpec;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A running gateway between two services, for tests: one slice of orders in a phase of choice. */
public final class Bridge implements AutoCloseable {

    public static final SliceName ORDERS = new SliceName("orders");

    final SnapshotHolder snapshots;
    final FakeWritePath writes;
    final Gateway gateway;
    final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Bridge(Builder builder) {
        Snapshot snapshot = Snapshot.of(builder.spec(), List.of(builder.state()));
        snapshots = new SnapshotHolder(snapshot);
        writes = new FakeWritePath(snapshots);
        AtomicInteger ids = new AtomicInteger();
        gateway = Gateway.start(new GatewayConfig(
                new HostPort("127.0.0.1", 0),
                snapshots,
                builder.bounds,
                writes,
                JsonataTranslator.of(builder.spec()),
                builder.shadow,
                meters,
                () -> "id-" + ids.incrementAndGet(),
                builder.clock,
                builder.files,
                builder.pinKey,
                builder.loops));
    }

    public static Builder between(URI legacy, URI modern) {
        return new Builder(legacy, modern);
    }

    RawClient client() throws IOException {
        return new RawClient(gateway.address());
    }

    void move(Phase phase, Ramp ramp) {
        gateway.publish(snapshots.get().with(snapshots.get().state(ORDERS).moved(phase, ramp, Set.of())));
    }

    @Override
    public void close() {
        gateway.close();
    }

    public static final class Builder {
        private final URI legacy;
        private final URI modern;
        private Phase phase = Phase.LEGACY_ONLY;
        private Ramp ramp = Ramp.NONE;
        private TranslateSpec translate = TranslateSpec.NONE;
        private LimitsSpec limits = new LimitsSpec(Duration.ofSeconds(5), 50, 100, Duration.ofSeconds(5), Map.of());
        private ShadowTap shadow = ShadowTap.NONE;
        private Optional<TlsSpec> tls = Optional.empty();
        private ReachSpec reach = ReachSpec.DEFAULTS;
        private boolean grpc;
        private Path files = Path.of("");
        private UnaryOperator<SliceSpec> slice = same -> same;
        private InstantSource clock = InstantSource.system();
        private byte[] pinKey = new byte[32];
        private GatewaySpec bounds = bounds(64 * 1024, Duration.ofSeconds(10));
        private UnaryOperator<ServiceSpec> legacyService = UnaryOperator.identity();
        private int loops = 2;

        private Builder(URI legacy, URI modern) {
            this.legacy = legacy;
            this.modern = modern;
        }

        public Builder in(Phase where) {
            phase = where;
            return this;
        }

        public Builder ramp(Ramp across) {
            ramp = across;
            return this;
        }

        public Builder translate(TranslateSpec spec) {
            translate = spec;
            return this;
        }

        public Builder limits(LimitsSpec spec) {
            limits = spec;
            return this;
        }

        public Builder timeout(Duration timeout) {
            return limits(new LimitsSpec(timeout, 50, 100, Duration.ofSeconds(5), Map.of()));
        }

        public Builder shadow(ShadowTap tap) {
            shadow = tap;
            return this;
        }

        public Builder bounds(GatewaySpec spec) {
            bounds = spec;
            return this;
        }

        /** The slice also claims calls of gRPC, by their account. */
        public Builder grpc() {
            grpc = true;
            return this;
        }

        /** Clients come over TLS, whose files are in the folder. */
        public Builder tls(TlsSpec spec, Path folder) {
            tls = Optional.of(spec);
            files = folder;
            return this;
        }

        /** How both services are reached; files of TLS are in the folder. */
        public Builder reach(ReachSpec spec, Path folder) {
            reach = spec;
            files = folder;
            return this;
        }

        /** So many event loops carry everything. */
        public Builder loops(int threads) {
            loops = threads;
            return this;
        }

        /** How legacy is reached and checked. */
        public Builder legacyService(UnaryOperator<ServiceSpec> change) {
            legacyService = change;
            return this;
        }

        /** What the slice of orders has besides. */
        public Builder slice(UnaryOperator<SliceSpec> change) {
            slice = change;
            return this;
        }

        public Builder clock(InstantSource time) {
            clock = time;
            return this;
        }

        public Builder pinKey(byte[] key) {
            pinKey = key;
            return this;
        }

        public static GatewaySpec bounds(int maxBodyKept, Duration idle) {
            return bounds(maxBodyKept, idle, Duration.ofSeconds(1), 64);
        }

        /** That nothing is refused because a busy machine is slow, for tests whose client sends hundreds of requests at once. */
        public static GatewaySpec patient() {
            Duration patience = Duration.ofSeconds(20);
            return bounds(64 * 1024, patience, patience, 512).withIntake(new IntakeSpec(patience, 0, 4_096, patience));
        }

        private static GatewaySpec bounds(int maxBodyKept, Duration idle, Duration connect, int upstreamConnections) {
            return new GatewaySpec(
                    true,
                    maxBodyKept,
                    connect,
                    idle,
                    Duration.ofSeconds(5),
                    1_000,
                    upstreamConnections,
                    64,
                    Duration.ofSeconds(5),
                    1_000,
                    1_000,
                    4,
                    Duration.ofHours(1));
        }

        public Bridge open() {
            return new Bridge(this);
        }

        private SliceState state() {
            return new SliceState(ORDERS, phase, ramp, Set.of(), Epoch.FIRST);
        }

        public MigrationSpec spec() {
            SliceSpec slice = new SliceSpec(
                    ORDERS,
                    SliceKind.STATEFUL,
                    routes(),
                    translate,
                    WritesSpec.DEFAULTS,
                    Optional.empty(),
                    ShadowSpec.DEFAULTS,
                    CompareSpec.DEFAULTS,
                    RampSpec.DEFAULTS,
                    List.of(),
                    Set.of(),
                    Set.of(),
                    limits,
                    GatesSpec.DEFAULTS);
            return new MigrationSpec(
                    "orders",
                    "team-orders",
                    LocalDate.of(2027, 3, 31),
                    new HostPort("127.0.0.1", 0),
                    new HostPort("127.0.0.1", 0),
                    "embedded",
                    legacyService.apply(new ServiceSpec(legacy, Optional.empty(), List.of(), Optional.empty(), reach)),
                    new ServiceSpec(modern, Optional.empty(), List.of(), Optional.empty(), reach),
                    List.of(this.slice.apply(slice)),
                    bounds,
                    tls);
        }

        private List<RouteSpec> routes() {
            EntitySource byPath = new EntitySource(EntitySource.Kind.PATH, "id");
            EntitySource byAccount = new EntitySource(EntitySource.Kind.HEADER, "X-Account");
            List<RouteSpec> routes = new ArrayList<>(List.of(
                    route("GET", "/orders/{id}", byPath, false),
                    route("HEAD", "/orders/{id}", byPath, false),
                    route("PUT", "/orders/{id}", byPath, true),
                    route("DELETE", "/orders/{id}", byPath, true),
                    route("POST", "/orders", new EntitySource(EntitySource.Kind.RESPONSE, "/id"), true),
                    route("POST", "/sessions", new EntitySource(EntitySource.Kind.RESPONSE_COOKIE, "SESSION"), true),
                    route("POST", "/payments", new EntitySource(EntitySource.Kind.BODY, "/order"), true),
                    route(
                            "GET",
                            "/orders",
                            new EntitySource(EntitySource.Kind.HEADER, "X-Account"),
                            false,
                            MissingKey.REJECT),
                    route("POST", "/search", new EntitySource(EntitySource.Kind.HEADER, "X-Account"), false)));
            if (grpc) {
                for (String method : List.of("Get", "List", "Sum", "Chat")) {
                    routes.add(route("POST", "/shop.Orders/" + method, byAccount, false));
                }
                for (String method : List.of("Put", "Fill", "Talk")) {
                    routes.add(route("POST", "/shop.Orders/" + method, byAccount, true));
                }
            }
            return routes;
        }

        static RouteSpec route(String method, String path, EntitySource entity, boolean write) {
            return route(method, path, entity, write, MissingKey.LEGACY);
        }

        static RouteSpec route(String method, String path, EntitySource entity, boolean write, MissingKey missing) {
            return new RouteSpec(method, path, "", Map.of(), Map.of(), entity, missing, write);
        }
    }

    static URI nowhere() throws IOException {
        try (java.net.ServerSocket taken = new java.net.ServerSocket(0)) {
            return URI.create("http://127.0.0.1:" + taken.getLocalPort());
        }
    }

    static long reads(TrafficInterval interval, Side side) {
        return java.util.Objects.requireNonNull(interval.served().get(side)).reads();
    }

    static long errors(TrafficInterval interval, Side side) {
        return java.util.Objects.requireNonNull(interval.served().get(side)).errors();
    }
}
