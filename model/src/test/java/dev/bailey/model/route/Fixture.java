package dev.bailey.model.route;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.spec.CohortSpec;
import dev.bailey.model.spec.CompareSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.EntitySource.Kind;
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
import dev.bailey.model.spec.WritesSpec;
import java.net.URI;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Specifications and requests for routing tests. */
final class Fixture {

    static final SliceName ORDERS = new SliceName("orders");

    private Fixture() {}

    static RouteSpec route(String label, String entity) {
        return route(label, entity, MissingKey.LEGACY, "", Map.of(), Map.of());
    }

    static RouteSpec route(
            String label,
            String entity,
            MissingKey missing,
            String host,
            Map<String, String> headers,
            Map<String, String> query) {
        String method = label.substring(0, label.indexOf(' '));
        EntitySource source = new EntitySource(
                Kind.valueOf(entity.substring(0, entity.indexOf(':')).toUpperCase(Locale.ROOT)),
                entity.substring(entity.indexOf(':') + 1));
        boolean write = !Set.of("GET", "HEAD", "*").contains(method);
        return new RouteSpec(
                method, label.substring(label.indexOf(' ') + 1), host, headers, query, source, missing, write);
    }

    static SliceSpec slice(
            SliceKind kind, List<CohortSpec> cohorts, Set<String> allow, Set<String> deny, RouteSpec... routes) {
        return new SliceSpec(
                ORDERS,
                kind,
                List.of(routes),
                TranslateSpec.NONE,
                WritesSpec.DEFAULTS,
                Optional.empty(),
                ShadowSpec.DEFAULTS,
                CompareSpec.DEFAULTS,
                RampSpec.DEFAULTS,
                cohorts,
                allow,
                deny,
                LimitsSpec.DEFAULTS,
                GatesSpec.DEFAULTS);
    }

    static SliceSpec slice(RouteSpec... routes) {
        return slice(SliceKind.STATEFUL, List.of(), Set.of(), Set.of(), routes);
    }

    static Snapshot at(SliceSpec slice, Phase phase, Ramp ramp, String... cohorts) {
        return Snapshot.of(
                migration(slice), List.of(new SliceState(ORDERS, phase, ramp, Set.of(cohorts), new Epoch(7))));
    }

    static MigrationSpec migration(SliceSpec... slices) {
        ServiceSpec service =
                new ServiceSpec(URI.create("http://127.0.0.1:1"), Optional.empty(), List.of(), Optional.empty());
        HostPort any = new HostPort("127.0.0.1", 0);
        return new MigrationSpec(
                "m",
                "o",
                LocalDate.of(2027, 1, 1),
                any,
                any,
                "embedded",
                service,
                service,
                List.of(slices),
                GatewaySpec.DEFAULTS);
    }

    /** A request such as {@code GET /api/orders/1?x=y} with headers in pairs. */
    static RequestFacts request(String line, String... headers) {
        String method = line.substring(0, line.indexOf(' '));
        String target = line.substring(line.indexOf(' ') + 1);
        int question = target.indexOf('?');
        Map<String, String> byName = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            byName.put(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
        }
        String path = question < 0 ? target : target.substring(0, question);
        return new Facts(method, path, question < 0 ? "" : target.substring(question + 1), byName, "192.0.2.7");
    }

    record Facts(String method, String path, String query, Map<String, String> headers, String clientAddress)
            implements RequestFacts {
        @Override
        public @Nullable String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }
}
