package dev.bailey.simulation;

import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.CompareSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.GatesSpec;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RampSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.ServiceSpec;
import dev.bailey.model.spec.ShadowSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TranslateSpec;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The migration file of a world. */
final class Migration {

    private Migration() {}

    static MigrationSpec of(SliceName name, Choices choices) {
        GatewaySpec defaults = GatewaySpec.DEFAULTS;
        GatewaySpec bounds = new GatewaySpec(
                defaults.sideHeader(),
                defaults.maxBodyKeptBytes(),
                defaults.connectTimeout(),
                defaults.idleTimeout(),
                defaults.drain(),
                defaults.maxConnections(),
                defaults.maxUpstreamConnections(),
                8,
                Duration.ofSeconds(5),
                100,
                1_000,
                4,
                Duration.ofSeconds(20));
        EntitySource path = new EntitySource(EntitySource.Kind.PATH, "id");
        EntitySource minted = new EntitySource(EntitySource.Kind.RESPONSE, "/id");
        SliceSpec slice = new SliceSpec(
                name,
                SliceKind.STATEFUL,
                List.of(
                        route("PUT", "/items/{id}", path),
                        route("DELETE", "/items/{id}", path),
                        route("POST", "/items/{id}/add", path),
                        route("POST", "/items", minted)),
                TranslateSpec.NONE,
                choices.writes(),
                Optional.empty(),
                ShadowSpec.DEFAULTS,
                CompareSpec.DEFAULTS,
                RampSpec.DEFAULTS,
                List.of(),
                Set.of(),
                Set.of(),
                new LimitsSpec(Choices.TIMEOUT, 50, 100, Duration.ofSeconds(1), Map.of()),
                GatesSpec.DEFAULTS);
        ServiceSpec service =
                new ServiceSpec(URI.create("http://127.0.0.1:1"), Optional.empty(), List.of(), Optional.empty());
        return new MigrationSpec(
                "simulated",
                "nobody",
                LocalDate.of(2028, 1, 1),
                new HostPort("127.0.0.1", 0),
                new HostPort("127.0.0.1", 0),
                "embedded",
                service,
                service,
                List.of(slice),
                bounds);
    }

    private static RouteSpec route(String method, String path, EntitySource entity) {
        return new RouteSpec(method, path, "", Map.of(), Map.of(), entity, MissingKey.LEGACY, true);
    }
}
