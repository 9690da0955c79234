package dev.bailey.model.route;

import static dev.bailey.model.route.Fixture.at;
import static dev.bailey.model.route.Fixture.request;
import static dev.bailey.model.route.Fixture.route;
import static dev.bailey.model.route.Fixture.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RouteSpec;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {

    private static final Snapshot ROUTES = at(
            slice(
                    route("GET /api/orders/{id}", "path:id"),
                    route("PUT /api/orders/{id}", "path:id"),
                    route("GET /api/orders/open", "const:open"),
                    route("GET /api/orders", "const:list"),
                    route("GET /api/orders/{id}/lines/{line}", "path:id"),
                    route("GET /api/**", "const:rest"),
                    route("* /any/{id}", "path:id"),
                    route("GET /any/{id}", "path:id"),
                    route("GET /head/{id}", "path:id"),
                    route("HEAD /head/{id}", "path:id"),
                    special("shop.example", Map.of(), Map.of()),
                    special("", Map.of("X-Version", "2"), Map.of()),
                    special("", Map.of("X-Version", "2"), Map.of("v", "2 0")),
                    special("", Map.of(), Map.of())),
            Phase.LEGACY_ONLY,
            Ramp.NONE);

    private static RouteSpec special(String host, Map<String, String> headers, Map<String, String> query) {
        return route("GET /special/{id}", "path:id", MissingKey.LEGACY, host, headers, query);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /api/orders/7, GET /api/orders/{id}",
        "PUT /api/orders/7, PUT /api/orders/{id}",
        "HEAD /api/orders/7, GET /api/orders/{id}",
        "GET /api/orders/open, GET /api/orders/open",
        "GET /api/orders, GET /api/orders",
        "GET /api/orders/, GET /api/orders",
        "GET /api/orders/7/, GET /api/orders/{id}",
        "GET /api/orders/7/lines/2, GET /api/orders/{id}/lines/{line}",
        "GET /api/orders/open/lines/2, GET /api/orders/{id}/lines/{line}",
        "GET /api/orders/7/else, GET /api/**",
        "GET /api, GET /api/**",
        "GET /api/, GET /api/**",
        "DELETE /any/1, * /any/{id}",
        "GET /any/1, GET /any/{id}",
        "HEAD /any/1, GET /any/{id}",
        "HEAD /head/1, HEAD /head/{id}",
        "GET /head/1, GET /head/{id}",
        "GET //api//orders//7, GET /api/orders/{id}",
        "GET /api/./orders/7, GET /api/orders/{id}",
        "GET /api/x/../orders/7, GET /api/orders/{id}",
        "GET /api/x/%2e%2E/orders/7, GET /api/orders/{id}",
        "GET /api/%6Frders/7, GET /api/orders/{id}",
        "GET /api/orders/a%2Fb, GET /api/orders/{id}",
        "GET /../../api/orders/7, GET /api/orders/{id}",
    })
    void aRequestFindsItsMostSpecificRoute(String line, String label) {
        assertThat(label(request(line))).isEqualTo(label);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "GET /apiorders",
                "POST /api/orders",
                "PATCH /api/orders/7",
                "OPTIONS *",
                "GET ",
                "get /api/orders/7"
            })
    void whatNoRouteClaimsGoesToLegacy(String line) {
        RouteDecision decision = Router.decide(ROUTES, request(line));

        assertThat(decision.rule()).isEqualTo(RouteDecision.Rule.UNMATCHED);
        assertThat(decision.side()).isEqualTo(dev.bailey.model.phase.Side.LEGACY);
        assertThat(decision.journalled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/orders/7, 7",
        "/api/orders/a%2Fb, a/b",
        "/api/orders/%C3%BC, \u00fc",
        "/api/orders/a+b, a+b",
        "/api/orders/100%, 100%",
        "/api/orders/%zz, %zz",
        "/api/orders/%ff, %ff",
        "/api/orders/%, %",
        "/api/orders/%25, %",
        "/api/orders/..%2F7, ../7",
    })
    void aPathValueIsDecodedOnce(String path, String key) {
        assertThat(Router.decide(ROUTES, request("GET " + path)).entity()).isEqualTo(new EntityKey(key));
    }

    @Test
    void pathValuesAreThoseOfTheWayThatWasFound() {
        assertThat(values(request("GET /api/orders/open/lines/2"))).isEqualTo(Map.of("id", "open", "line", "2"));
        assertThat(values(request("GET /api/orders/7/lines/2/more"))).isEmpty();
    }

    private static Map<String, String> values(RequestFacts facts) {
        return Objects.requireNonNull(Router.match(ROUTES, facts)).pathValues();
    }

    @Test
    void ofRoutesWithTheSamePathTheOneThatAsksForMoreWins() {
        assertThat(spec(request("GET /special/1")).demands()).isEqualTo("||");
        assertThat(spec(request("GET /special/1", "host", "SHOP.example:8443")).demands())
                .isEqualTo("shop.example||");
        assertThat(spec(request("GET /special/1", "host", "shop.example.")).demands())
                .isEqualTo("shop.example||");
        assertThat(spec(request("GET /special/1", "Host", "[::1]:80", "x-version", "2"))
                        .demands())
                .isEqualTo("|X-Version=2|");
        assertThat(spec(request("GET /special/1?a&v=2+0&v=3", "x-version", "2")).demands())
                .isEqualTo("|X-Version=2|v=2 0");
        assertThat(spec(request("GET /special/1?v=3", "x-version", "3")).demands())
                .isEqualTo("||");
    }

    @Test
    void noInputEverThrows() {
        Random random = new Random(4_711);
        String alphabet = "/.%2Fae{}*?&=+ \u00e9\ud83d;:@";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder path = new StringBuilder("/api");
            for (int i = random.nextInt(12); i > 0; i--) {
                path.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            RequestFacts facts = request("GET " + path, "host", path.toString(), "cookie", path.toString());
            assertThatCode(() -> Router.decide(ROUTES, facts)).as("%s", path).doesNotThrowAnyException();
        }
    }

    private static @Nullable String label(RequestFacts facts) {
        RouteMatch match = Router.match(ROUTES, facts);
        return match == null ? null : match.route().label();
    }

    private static Asked spec(RequestFacts facts) {
        RouteMatch match = Router.match(ROUTES, facts);
        if (match == null) {
            throw new AssertionError("no route matches " + facts);
        }
        return new Asked(match.route());
    }

    private record Asked(RouteSpec route) {
        String demands() {
            return route.host() + "|" + pairs(route.headers()) + "|" + pairs(route.query());
        }

        private static String pairs(Map<String, String> map) {
            return map.isEmpty() ? "" : map.toString().replaceAll("[{}]", "");
        }
    }
}
