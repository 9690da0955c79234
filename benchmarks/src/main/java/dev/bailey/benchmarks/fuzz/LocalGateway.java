package dev.bailey.benchmarks.fuzz;

import dev.bailey.gateway.Gateway;
import dev.bailey.gateway.GatewayConfig;
import dev.bailey.gateway.SnapshotHolder;
import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.dualwrite.WriteRequest;
import dev.bailey.gateway.proxy.JsonataTranslator;
import dev.bailey.gateway.proxy.ShadowTap;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.IntakeSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.ServiceSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** A gateway in this process whose every request goes to one service. */
final class LocalGateway implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Gateway gateway;

    LocalGateway(int servicePort) {
        ServiceSpec service = new ServiceSpec(
                URI.create("http://127.0.0.1:" + servicePort), Optional.empty(), List.of(), Optional.empty());
        HostPort anyPort = new HostPort("127.0.0.1", 0);
        GatewaySpec usual = GatewaySpec.DEFAULTS.withIntake(new IntakeSpec(LONG, 0, 4_096, LONG));
        MigrationSpec spec = new MigrationSpec(
                "fuzz", "fuzz", LocalDate.EPOCH, anyPort, anyPort, "embedded", service, service, List.of(), usual);
        AtomicLong ids = new AtomicLong();
        gateway = Gateway.start(new GatewayConfig(
                anyPort,
                new SnapshotHolder(Snapshot.of(spec, List.of())),
                usual,
                new NoWrites(),
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

    /** No slice, no writes. */
    private static final class NoWrites implements WritePath {
        @Override
        public CompletionStage<Admission> admit(WriteRequest request) {
            return CompletableFuture.completedFuture(new Refused(503, "no writes here", Optional.empty()));
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
}
