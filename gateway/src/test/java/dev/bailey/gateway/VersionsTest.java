package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.gateway.proxy.VersionUse;
import dev.bailey.gateway.proxy.VersionUse.Use;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.VersionSpec;
import dev.bailey.model.spec.VersionSpec.Mark;
import dev.bailey.testkit.FakeClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Versions of an interface side by side: what their answers say, and who uses them. */
@ExtendWith(NoLeaks.class)
class VersionsTest {

    private static final Optional<LocalDate> OCTOBER = Optional.of(LocalDate.of(2026, 10, 1));
    private static final Optional<LocalDate> MARCH = Optional.of(LocalDate.of(2027, 3, 1));
    private static final String LINK = "<https://docs.example/orders-v2>; rel=\"deprecation sunset\"";

    private final FakeClock clock = FakeClock.atNoon();
    private final RawServer legacy = RawServer.answering((request, _, out) -> {
        if (request.line().contains("/told")) {
            out.write(RawServer.response(
                    200, "l", "Deprecation: @1", "Sunset: Fri, 01 Jan 2027 00:00:00 GMT", "Link: </a>; rel=\"next\""));
        } else {
            out.write(RawServer.response(request.line().contains("/none") ? 404 : 200, "from legacy"));
        }
    });

    @AfterEach
    void close() {
        legacy.close();
    }

    private static SliceSpec versions(SliceSpec slice) {
        EntitySource byPath = new EntitySource(EntitySource.Kind.PATH, "id");
        EntitySource account = new EntitySource(EntitySource.Kind.HEADER, "X-Account");
        return Slices.withRoutes(
                        slice,
                        Bridge.Builder.route("GET", "/v1/orders/{id}", byPath, false),
                        Bridge.Builder.route("PUT", "/v1/orders/{id}", byPath, true),
                        Bridge.Builder.route("GET", "/v2/orders/{id}", byPath, false),
                        Bridge.Builder.route("GET", "/v1/orders", account, false, MissingKey.REJECT))
                .withVersions(
                        List.of(
                                new VersionSpec(
                                        "v1",
                                        new Mark.Path("/v1"),
                                        OCTOBER,
                                        MARCH,
                                        Optional.of(URI.create("https://docs.example/orders-v2"))),
                                new VersionSpec(
                                        "v2",
                                        new Mark.Path("/v2"),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()),
                                new VersionSpec(
                                        "v0",
                                        new Mark.Header("Accept-Version", "0"),
                                        Optional.empty(),
                                        MARCH,
                                        Optional.empty()),
                                new VersionSpec(
                                        "beta",
                                        new Mark.Query("version", "beta"),
                                        OCTOBER,
                                        Optional.empty(),
                                        Optional.empty())),
                        Optional.of(account));
    }

    private Bridge.Builder between(URI modern) {
        return Bridge.between(legacy.url(), modern)
                .slice(VersionsTest::versions)
                .clock(clock);
    }

    private static void assertEnds(Answer answer, int status, String deprecation, String sunset, String link) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers("Deprecation")).isEqualTo(deprecation);
        assertThat(answer.headers("Sunset")).isEqualTo(sunset);
        assertThat(answer.headers("Link")).isEqualTo(link);
    }

    private static void assertV1(Answer answer, int status) {
        assertEnds(answer, status, "@1790812800", "Mon, 01 Mar 2027 00:00:00 GMT", LINK);
    }

    @Test
    void versionsByPathHeaderAndQueryStandSideBySide() throws IOException {
        try (Bridge bridge = between(legacy.url()).open();
                RawClient client = bridge.client()) {
            assertV1(client.get("/v1/orders/7").answer(), 200);
            assertEnds(client.get("/v2/orders/7").answer(), 200, "", "", "");
            assertEnds(client.get("/orders/7").answer(), 200, "", "", "");
            assertEnds(
                    client.request("GET /orders/7 HTTP/1.1", "Host: shop.example", "accept-version: 0")
                            .answer(),
                    200,
                    "",
                    "Mon, 01 Mar 2027 00:00:00 GMT",
                    "");
            assertEnds(client.get("/orders/7?version=beta").answer(), 200, "@1790812800", "", "");
            assertEnds(client.get("/orders/7?version=bet").answer(), 200, "", "", "");
            assertEnds(client.get("/elsewhere").answer(), 200, "", "", "");
            assertThat(bridge.gateway.versionUse(Bridge.ORDERS).stream()
                            .map(Use::version)
                            .sorted())
                    .containsExactly("beta", "v0", "v1", "v2");
        }
    }

    @Test
    void everyAnswerOfAVersionSaysItsEnd() throws IOException {
        try (RawServer modern = RawServer.saying(500, "no");
                Bridge bridge = between(modern.url())
                        .in(Phase.READ_CUTOVER)
                        .ramp(Ramp.FULL)
                        .open();
                RawClient client = bridge.client()) {
            Answer fellBack = client.get("/v1/orders/7").answer();
            assertThat(fellBack.text()).isEqualTo("from legacy");
            assertV1(fellBack, 200);
            assertV1(client.get("/v1/orders/none").answer(), 404);
            assertV1(client.request("HEAD /v1/orders/7 HTTP/1.1", "Host: a").answer(true), 200);
            assertV1(client.write("PUT", "/v1/orders/7", "{}").answer(), 200);
            Answer keyless = client.get("/v1/orders").answer();
            assertThat(keyless.text()).contains("the entity key is missing");
            assertV1(keyless, 400);
            assertEnds(client.get("/v2/orders/7").answer(), 200, "", "", "");
        }
        try (Bridge bridge = Bridge.between(Bridge.nowhere(), Bridge.nowhere())
                        .slice(VersionsTest::versions)
                        .open();
                RawClient client = bridge.client()) {
            assertV1(client.get("/v1/orders/7").answer(), 502);
            assertEnds(client.get("/v2/orders/7").answer(), 502, "", "", "");
        }
    }

    /** Deprecation is one item and Sunset one date (RFC 9745, RFC 8594), so two of them would say nothing; links add up. */
    @Test
    void theFileWinsOverWhatTheServiceSaysOfItsEnd() throws IOException {
        try (Bridge bridge = between(legacy.url()).open();
                RawClient client = bridge.client()) {
            assertEnds(
                    client.get("/v1/orders/told").answer(),
                    200,
                    "@1790812800",
                    "Mon, 01 Mar 2027 00:00:00 GMT",
                    "</a>; rel=\"next\" | " + LINK);
            assertEnds(
                    client.get("/orders/told?version=beta").answer(),
                    200,
                    "@1790812800",
                    "Fri, 01 Jan 2027 00:00:00 GMT",
                    "</a>; rel=\"next\"");
            assertEnds(
                    client.get("/v2/orders/told").answer(),
                    200,
                    "@1",
                    "Fri, 01 Jan 2027 00:00:00 GMT",
                    "</a>; rel=\"next\"");
        }
    }

    @Test
    void useIsCountedByConsumerAndVersion() throws IOException {
        try (Bridge bridge = between(legacy.url()).open();
                RawClient client = bridge.client()) {
            for (String account : List.of("acme", "globex", "acme")) {
                client.request("GET /v1/orders/7 HTTP/1.1", "Host: a", "X-Account: " + account)
                        .answer();
            }
            clock.advance(Duration.ofMinutes(5));
            client.request("GET /v2/orders/7 HTTP/1.1", "Host: a", "X-Account: globex")
                    .answer();
            client.get("/v1/orders/7").answer();
            client.get("/orders/7").answer();
            var noon = FakeClock.atNoon().instant();
            assertThat(bridge.gateway.versionUse(Bridge.ORDERS))
                    .containsExactlyInAnyOrder(
                            new Use("v1", "acme", 2, noon),
                            new Use("v1", "globex", 1, noon),
                            new Use("v1", VersionUse.UNNAMED, 1, clock.instant()),
                            new Use("v2", "globex", 1, clock.instant()))
                    .startsWith(new Use("v1", "acme", 2, noon));
            assertThat(bridge.meters.scrape())
                    .contains("bailey_version_requests_total{consumer=\"acme\",slice=\"orders\",version=\"v1\"} 2.0")
                    .contains("bailey_version_requests_total{consumer=\"globex\",slice=\"orders\",version=\"v2\"} 1.0")
                    .contains(
                            "bailey_version_requests_total{consumer=\"(unnamed)\",slice=\"orders\",version=\"v1\"} 1.0");
        }
    }

    @Test
    void http2AnswersSayItToo(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        try (Bridge bridge =
                        between(legacy.url()).tls(Certificates.spec(), folder).open();
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(certificates.context(Optional.empty()))
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:"
                                    + bridge.gateway.address().port() + "/v1/orders/told"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.headers().allValues("deprecation")).containsExactly("@1790812800");
            assertThat(answer.headers().allValues("sunset")).containsExactly("Mon, 01 Mar 2027 00:00:00 GMT");
            assertThat(answer.headers().allValues("link")).containsExactly("</a>; rel=\"next\"", LINK);
        }
    }
}
