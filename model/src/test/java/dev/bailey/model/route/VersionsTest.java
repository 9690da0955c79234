package dev.bailey.model.route;

import static dev.bailey.model.route.Fixture.at;
import static dev.bailey.model.route.Fixture.request;
import static dev.bailey.model.route.Fixture.route;
import static dev.bailey.model.route.Fixture.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.VersionSpec;
import dev.bailey.model.spec.VersionSpec.Mark;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionsTest {

    private static final List<VersionSpec> VERSIONS = List.of(
            version("by-query", new Mark.Query("version", "3 beta")),
            version("by-header", new Mark.Header("Accept-Version", "2")),
            version("v1", new Mark.Path("/v1")),
            version("v1-orders", new Mark.Path("/v1/orders")));

    private static final Snapshot SNAPSHOT = at(
            slice(route("GET /**", "const:all"))
                    .withVersions(VERSIONS, Optional.of(new EntitySource(EntitySource.Kind.HEADER, "X-Account"))),
            Phase.LEGACY_ONLY,
            Ramp.NONE);

    private static VersionSpec version(String name, Mark mark) {
        return new VersionSpec(name, mark, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static String asked(Snapshot snapshot, RequestFacts facts) {
        Decision decision = new Decision();
        Router.decide(snapshot, facts, decision);
        int version = Router.version(snapshot, facts, decision);
        return version < 0 ? "none" : VERSIONS.get(version).name();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1, v1",
        "/v1/customers, v1",
        "/v1/orders/7, v1-orders",
        "/v1/orders, v1-orders",
        "/v1/ordersheet, v1",
        "/v10/orders, none",
        "//v1//orders/7, v1-orders",
        "/x/../v%31/orders, v1-orders",
        "/orders/v1, none",
        "/orders?version=3+beta, by-query",
        "/orders?version=3%20beta, by-query",
        "/orders?version=3, none",
        "/orders, none",
        "/v1?version=3+beta, v1"
    })
    void aVersionIsToldByItsMark(String target, String name) {
        assertThat(asked(SNAPSHOT, request("GET " + target))).isEqualTo(name);
        assertThat(asked(SNAPSHOT, new HeadFacts(request("GET " + target)))).isEqualTo(name);
    }

    @Test
    void aPathWinsOverAHeaderAndAHeaderOverAQuery() {
        assertThat(asked(SNAPSHOT, request("GET /o?version=3+beta", "accept-version", "2")))
                .isEqualTo("by-header");
        assertThat(asked(SNAPSHOT, request("GET /v1", "Accept-Version", "2"))).isEqualTo("v1");
        assertThat(asked(SNAPSHOT, request("GET /o", "Accept-Version", "3"))).isEqualTo("none");
    }

    @Test
    void whatNoSliceClaimsHasNoVersion() {
        Snapshot other = at(slice(route("GET /o", "const:o")), Phase.LEGACY_ONLY, Ramp.NONE);

        assertThat(asked(other, request("GET /v1"))).isEqualTo("none");
        assertThat(asked(other, request("GET /o"))).isEqualTo("none");
    }

    @Test
    void theUserOfAVersionIsRead() {
        assertThat(consumer(SNAPSHOT, request("GET /v1", "x-account", "acme"))).isEqualTo("acme");
        assertThat(consumer(SNAPSHOT, request("GET /v1"))).isNull();
        assertThat(consumer(
                        at(slice(route("GET /**", "const:all")), Phase.LEGACY_ONLY, Ramp.NONE),
                        request("GET /v1", "x-account", "acme")))
                .as("the slice counts nobody")
                .isNull();
    }

    private static @Nullable String consumer(Snapshot snapshot, RequestFacts facts) {
        Decision decision = new Decision();
        Router.decide(snapshot, facts, decision);
        Text into = new Text();
        return Router.consumer(snapshot, facts, decision, into) ? into.toString() : null;
    }

    @Test
    void answersOfAVersionTellItsEnd() {
        Optional<LocalDate> october = Optional.of(LocalDate.of(2026, 10, 1));
        Optional<LocalDate> march = Optional.of(LocalDate.of(2027, 3, 1));
        Optional<URI> guide = Optional.of(URI.create("https://docs.example/v2?a=\u00fc"));

        assertThat(headers(october, march, guide))
                .isEqualTo(new VersionHeaders(
                        Optional.of("@1790812800"),
                        Optional.of("Mon, 01 Mar 2027 00:00:00 GMT"),
                        Optional.of("<https://docs.example/v2?a=%C3%BC>; rel=\"deprecation sunset\"")));
        assertThat(headers(october, Optional.empty(), guide).link())
                .hasValueSatisfying(link -> assertThat(link).endsWith("rel=\"deprecation\""));
        assertThat(headers(Optional.empty(), march, guide).link())
                .hasValueSatisfying(link -> assertThat(link).endsWith("rel=\"sunset\""));
        assertThat(headers(Optional.empty(), Optional.empty(), guide))
                .isEqualTo(new VersionHeaders(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static VersionHeaders headers(
            Optional<LocalDate> deprecated, Optional<LocalDate> sunset, Optional<URI> link) {
        return VersionHeaders.of(new VersionSpec("v1", new Mark.Path("/v1"), deprecated, sunset, link));
    }
}
