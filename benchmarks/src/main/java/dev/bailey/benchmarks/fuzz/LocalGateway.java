package dev.bailey.benchmarks.fuzz;

import dev.bailey.gateway.Gateway;
import dev.bailey.gateway.GatewayConfig;
import dev.bailey.gateway.SnapshotHolder;
import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.dualwrite.WriteRequest;
import dev.bailey.gateway.proxy.JsonataTranslator;
import dev.bailey.gateway.proxy.ShadowTap;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.Router;
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
import dev.bailey.model.spec.Network;
import dev.bailey.model.spec.RampSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.ServiceSpec;
import dev.bailey.model.spec.ShadowSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TranslateSpec;
import dev.bailey.model.spec.TrustSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** A gateway in this process between two sides that are one service, with a slice half of which is across. */
final class LocalGateway implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(60);

    private static final SliceName SHOP = new SliceName("shop");
    private static final List<Network> THIS_MACHINE =
            List.of(Network.parse("127.0.0.0/8").orElseThrow());

    private final Gateway gateway;

    /** @param proxied whether its clients speak the PROXY protocol */
    LocalGateway(int servicePort, boolean proxied) {
        ServiceSpec service = new ServiceSpec(
                URI.create("http://127.0.0.1:" + servicePort), Optional.empty(), List.of(), Optional.empty());
        HostPort anyPort = new HostPort("127.0.0.1", 0);
        GatewaySpec usual = GatewaySpec.DEFAULTS
                .withIntake(new IntakeSpec(LONG, 0, 4_096, LONG))
                .withTrust(proxied ? new TrustSpec(THIS_MACHINE, List.of()) : TrustSpec.NOBODY);
        MigrationSpec spec = new MigrationSpec(
                "fuzz",
                "fuzz",
                LocalDate.EPOCH,
                anyPort,
                anyPort,
                "embedded",
                service,
                service,
                List.of(shop()),
                usual);
        SnapshotHolder snapshots = new SnapshotHolder(Snapshot.of(
                spec, List.of(new SliceState(SHOP, Phase.READ_CUTOVER, new Ramp(5_000), Set.of(), Epoch.FIRST))));
        AtomicLong ids = new AtomicLong();
        gateway = Gateway.start(new GatewayConfig(
                anyPort,
                snapshots,
                usual,
                new AllWrites(snapshots),
                JsonataTranslator.of(spec),
                ShadowTap.NONE,
                new SimpleMeterRegistry(),
                () -> "fuzz-" + ids.incrementAndGet(),
                InstantSource.system(),
                Path.of(""),
                new byte[32],
                1));
    }

    HostPort address() {
        return gateway.address();
    }

    @Override
    public void close() {
        gateway.close();
    }

    /** Reads and writes whose keys are in every place of a request. */
    private static SliceSpec shop() {
        return new SliceSpec(
                SHOP,
                SliceKind.STATEFUL,
                List.of(
                        route("GET", "/shop/orders/{id}", EntitySource.Kind.PATH, "id", false),
                        route("GET", "/a", EntitySource.Kind.QUERY, "b", false),
                        route("GET", "/a/{id}", EntitySource.Kind.PATH, "id", false),
                        route("GET", "/c/{id}/{part}", EntitySource.Kind.COOKIE, "sid", false),
                        route("POST", "/a", EntitySource.Kind.HEADER, "X-A", true),
                        route("PUT", "/a", EntitySource.Kind.HEADER, "X-A", true),
                        route("POST", "/b", EntitySource.Kind.BODY, "/key", true)),
                TranslateSpec.NONE,
                WritesSpec.DEFAULTS,
                Optional.empty(),
                ShadowSpec.DEFAULTS,
                CompareSpec.DEFAULTS,
                RampSpec.DEFAULTS,
                List.of(),
                Set.of(),
                Set.of(),
                new LimitsSpec(LONG, 100, 1_000, LONG, Map.of()),
                GatesSpec.DEFAULTS);
    }

    private static RouteSpec route(String method, String path, EntitySource.Kind kind, String name, boolean write) {
        EntitySource entity = new EntitySource(kind, name);
        return new RouteSpec(method, path, "", Map.of(), Map.of(), entity, MissingKey.LEGACY, write);
    }

    /** Lets every write in at once, and forgets it. */
    private record AllWrites(SnapshotHolder snapshots) implements WritePath {
        @Override
        public CompletionStage<Admission> admit(WriteRequest request) {
            return CompletableFuture.completedFuture(new LetIn(Router.decide(
                    snapshots.get().state(request.match().slice().name()), request.match(), request.facts())));
        }

        @Override
        public Optional<Side> aheadSide(SliceName slice, EntityKey entity) {
            return Optional.empty();
        }

        @Override
        public boolean undeliveredSince(SliceName slice, Optional<EntityKey> entity, long nanoTime) {
            return false;
        }
    }

    private record LetIn(RouteDecision decision) implements WritePath.Admitted {
        @Override
        public Optional<String> idempotencyKey() {
            return Optional.of("key");
        }

        @Override
        public CompletionStage<WritePath.Settled> settle(Outcome outcome) {
            return CompletableFuture.completedFuture(WritePath.Settled.ACKNOWLEDGED);
        }
    }
}
