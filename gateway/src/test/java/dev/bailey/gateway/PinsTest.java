package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.Pin;
import dev.bailey.model.route.PinTokens;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.Network;
import dev.bailey.model.spec.PinSpec;
import dev.bailey.model.spec.PinSpec.By;
import dev.bailey.model.spec.TrustSpec;
import dev.bailey.testkit.FakeClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Workflows that stay on the side where they began. */
@ExtendWith(NoLeaks.class)
class PinsTest {

    private static final Duration TTL = Duration.ofMinutes(30);
    private static final byte[] KEY = new byte[32];

    /** Not on a whole second, as a real clock hardly ever is. */
    private final FakeClock clock = FakeClock.at(Instant.parse("2026-11-20T12:00:00.123456789Z"));

    private final RawServer legacy = RawServer.saying(200, "legacy");
    private final RawServer modern = RawServer.saying(200, "modern");

    @AfterEach
    void close() {
        legacy.close();
        modern.close();
    }

    private static PinSpec pins(By by, int max) {
        String name = switch (by) {
            case COOKIE -> "orders-side";
            case HEADER -> "X-Crossing";
            case KEY -> "";
        };
        return new PinSpec(by, name, TTL, max);
    }

    private Bridge.Builder between(URI modernUrl, By by) {
        return Bridge.between(legacy.url(), modernUrl)
                .in(Phase.READ_CUTOVER)
                .ramp(Ramp.FULL)
                .slice(slice -> slice.withPins(pins(by, 10)))
                .clock(clock)
                .pinKey(KEY);
    }

    private Bridge.Builder byCookie() {
        return between(modern.url(), By.COOKIE);
    }

    private static Answer get(RawClient client, String target, String... headers) throws IOException {
        String[] lines = Arrays.copyOf(new String[] {"GET " + target + " HTTP/1.1", "Host: a"}, headers.length + 2);
        System.arraycopy(headers, 0, lines, 2, headers.length);
        return client.request(lines).answer();
    }

    /** The header line with which a client of a cookie or header sends its pin back; one that says nothing for {@code KEY}. */
    private static String back(Answer answer, By by) {
        return switch (by) {
            case COOKIE -> "Cookie: theme=dark; " + answer.header("Set-Cookie").split(";")[0];
            case HEADER -> "X-Crossing: " + answer.header("X-Crossing");
            case KEY -> "X-Nothing: 1";
        };
    }

    private static boolean begins(Answer answer) {
        return !answer.headers("Set-Cookie").isEmpty();
    }

    private static String cookie(SliceName slice, byte[] key, Side side, Instant until) {
        return "Cookie: orders-side=" + new PinTokens(key).token(slice, new Pin(side, Epoch.FIRST, until));
    }

    private String held(Side side) {
        return cookie(Bridge.ORDERS, KEY, side, Instant.parse("2026-11-20T12:30:00Z"));
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void whatBeganOnModernStaysThereWhenTheRampGoesBackUntilItEnds(By by) throws IOException {
        try (Bridge bridge = between(modern.url(), by).open();
                RawClient client = bridge.client()) {
            Answer first = client.get("/orders/7").answer();
            assertThat(first.text()).isEqualTo("modern");
            String pin = back(first, by);
            bridge.move(Phase.READ_CUTOVER, Ramp.NONE);
            for (int i = 0; i < 3; i++) {
                Answer next = get(client, "/orders/7", pin);
                assertThat(next.text()).isEqualTo("modern");
                assertThat(next.head()).doesNotContain("Set-Cookie", "X-Crossing");
            }
            clock.advance(TTL.minusSeconds(1));
            assertThat(get(client, "/orders/7", pin).text()).isEqualTo("modern");
            clock.advance(Duration.ofSeconds(2));
            Answer after = get(client, "/orders/7", pin);
            assertThat(after.text()).as("its time is over").isEqualTo("legacy");

            String another = back(after, by);
            bridge.move(Phase.READ_CUTOVER, Ramp.FULL);
            assertThat(get(client, "/orders/7", another).text())
                    .as("and it began anew, on legacy")
                    .isEqualTo("legacy");
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void whatBeganOnLegacyStaysThereWhenTheRampIsRaised(By by) throws IOException {
        try (Bridge bridge = between(modern.url(), by).ramp(Ramp.NONE).open();
                RawClient client = bridge.client()) {
            String pin = back(client.get("/orders/7").answer(), by);
            bridge.move(Phase.READ_CUTOVER, Ramp.FULL);
            assertThat(get(client, "/orders/7", pin).text()).isEqualTo("legacy");
            assertThat(client.get("/orders/8").answer().text()).isEqualTo("modern");
        }
    }

    @Test
    void theCookieSaysItsEndAndIsNotForScripts() throws IOException {
        try (Bridge bridge = byCookie().open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/orders/7").answer().headers("Set-Cookie"))
                    .isEqualTo("orders-side=m.1.1795177801.nTNa__OYFQlmDRtrZT7Iqg; "
                            + "Path=/; Max-Age=1800; HttpOnly; SameSite=Lax");
        }
    }

    @Test
    void aPinByKeyHoldsForAllClientsAndTheOldestGivesWay() throws IOException {
        try (Bridge bridge = between(modern.url(), By.KEY).open();
                RawClient one = bridge.client();
                RawClient two = bridge.client()) {
            for (int order = 1; order <= 11; order++) {
                one.get("/orders/" + order).answer();
            }
            bridge.move(Phase.READ_CUTOVER, Ramp.NONE);
            assertThat(two.get("/orders/11").answer().text()).isEqualTo("modern");
            assertThat(two.get("/orders/2").answer().text()).isEqualTo("modern");
            assertThat(two.get("/orders/1").answer().text())
                    .as("at most ten are kept")
                    .isEqualTo("legacy");
        }
    }

    @Test
    void whatIsForgedForeignOrOverIsNoPinAndOneBegins() throws IOException {
        Instant later = Instant.parse("2026-11-20T12:30:00Z");
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        String good = held(Side.MODERN);
        try (Bridge bridge = byCookie().ramp(Ramp.NONE).open();
                RawClient client = bridge.client()) {
            assertThat(get(client, "/orders/7", good).text()).isEqualTo("modern");
            for (String bad : new String[] {
                "Cookie: orders-side=modern",
                good.substring(0, good.length() - 1) + (good.endsWith("A") ? "B" : "A"),
                cookie(Bridge.ORDERS, KEY, Side.LEGACY, later).replace("=l.", "=m."),
                good.replace(".1795177800.", ".1999999999."),
                cookie(Bridge.ORDERS, otherKey, Side.MODERN, later),
                cookie(new SliceName("payments"), KEY, Side.MODERN, later),
                cookie(Bridge.ORDERS, KEY, Side.MODERN, Instant.parse("2026-11-20T12:00:00Z")),
                "Cookie: orders-side=" + "m".repeat(4_000),
                "Cookie: orders-side="
            }) {
                Answer answer = get(client, "/orders/7", bad);
                assertThat(answer.text()).as(bad).isEqualTo("legacy");
                assertThat(begins(answer)).as(bad).isTrue();
            }
        }
    }

    @Test
    void afterAFallbackThePinSaysTheSideThatServed() throws IOException {
        try (RawServer failing = RawServer.saying(500, "no");
                Bridge bridge = between(failing.url(), By.COOKIE).open();
                RawClient client = bridge.client()) {
            Answer answer = client.get("/orders/7").answer();
            assertThat(answer.text()).isEqualTo("legacy");
            assertThat(answer.headers("Set-Cookie")).startsWith("orders-side=l.1.");
        }
    }

    @Test
    void aReadThatFollowsAnUndeliveredWriteIsPinnedWhereItWasServed() throws IOException {
        try (Bridge bridge = byCookie().open();
                RawClient client = bridge.client()) {
            bridge.writes.ahead.put(new EntityKey("7"), Side.LEGACY);
            Answer answer = client.get("/orders/7").answer();
            assertThat(answer.text()).isEqualTo("legacy");
            assertThat(answer.headers("Set-Cookie")).startsWith("orders-side=l.");
            assertThat(get(client, "/orders/7", held(Side.MODERN)).text())
                    .as("a pin does not hide the user's own write")
                    .isEqualTo("legacy");
        }
    }

    @Test
    void nothingBeginsWhereNothingWasServed() throws IOException {
        try (RawServer failing = RawServer.answering((request, _, out) -> {
                    if (request.line().contains("/grpc")) {
                        out.write(RawServer.response(
                                200, "", "Content-Type: application/grpc", "grpc-status: 14")); // UNAVAILABLE
                    } else {
                        out.write(RawServer.response(request.line().contains("/none") ? 404 : 503, "no"));
                    }
                });
                Bridge bridge = Bridge.between(failing.url(), failing.url())
                        .in(Phase.READ_CUTOVER)
                        .slice(slice -> slice.withPins(pins(By.COOKIE, 10)))
                        .open();
                RawClient client = bridge.client()) {
            assertThat(begins(client.get("/orders/7").answer())).isFalse();
            assertThat(begins(client.get("/orders/grpc").answer())).isFalse();
            assertThat(begins(client.get("/orders/none").answer()))
                    .as("an answer all the same")
                    .isTrue();
            assertThat(begins(client.get("/elsewhere/none").answer())).isFalse();
            Answer keyless = client.get("/orders").answer();
            assertThat(keyless.status()).isEqualTo(400);
            assertThat(begins(keyless)).isFalse();
        }
        LimitsSpec one = new LimitsSpec(Duration.ofSeconds(5), 50, 100, Duration.ofSeconds(5), Map.of(Side.LEGACY, 1));
        try (Bridge bridge = byCookie().ramp(Ramp.NONE).limits(one).open();
                RawClient client = bridge.client()) {
            Answer refused = client.get("/orders/7").answer();
            for (int i = 0; i < 20 && refused.status() == 200; i++) {
                refused = client.get("/orders/7").answer();
            }
            assertThat(refused.status()).isEqualTo(429);
            assertThat(begins(refused)).as("the gateway's own answer").isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LEGACY_ONLY, legacy, true",
        "DUAL_WRITE, legacy, true",
        "SHADOW_READ, legacy, true",
        "WRITE_CUTOVER, modern, false",
        "LEGACY_OFF, modern, false",
        "RETIRED, modern, false"
    })
    void whereThePhaseDecidesNoPinCountsAndNoneBeginsThatNeverCould(Phase phase, String side, boolean begins)
            throws IOException {
        try (Bridge bridge = byCookie().in(phase).ramp(Ramp.NONE).open();
                RawClient client = bridge.client()) {
            for (Side pinned : Side.values()) {
                Answer answer = get(client, "/orders/7", held(pinned));
                assertThat(answer.text()).isEqualTo(side);
                assertThat(begins(answer))
                        .as("one that the phase overrules")
                        .isEqualTo(begins && pinned == Side.MODERN);
            }
            assertThat(begins(client.get("/orders/7").answer())).isEqualTo(begins);
        }
    }

    /** What went on at legacy during a step back is there: it must not jump to modern when the slice moves on within the pin's time. */
    @ParameterizedTest
    @EnumSource(By.class)
    void whatAStepBackMovedStaysWhereItWentAndTheSilentStayWhereTheyAre(By by) throws IOException {
        try (Bridge bridge = between(modern.url(), by).open();
                RawClient client = bridge.client()) {
            String moved = back(client.get("/orders/7").answer(), by);
            String silent = back(client.get("/orders/8").answer(), by);

            bridge.move(Phase.SHADOW_READ, Ramp.NONE);
            Answer during = get(client, "/orders/7", moved);
            assertThat(during.text()).isEqualTo("legacy");
            moved = back(during, by);

            bridge.move(Phase.READ_CUTOVER, Ramp.FULL);
            assertThat(get(client, "/orders/7", moved).text()).isEqualTo("legacy");
            bridge.move(Phase.READ_CUTOVER, Ramp.NONE);
            assertThat(get(client, "/orders/8", silent).text()).isEqualTo("modern");
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void noPinMovesAWritesAuthority(By by) throws IOException {
        try (Bridge bridge = between(modern.url(), by).open();
                RawClient client = bridge.client()) {
            String pin = back(client.get("/orders/7").answer(), by);
            Answer write = client.write("PUT", "/orders/7", "{}", pin).answer();
            assertThat(write.text()).as("legacy owns writes in this phase").isEqualTo("legacy");
            assertThat(write.head()).doesNotContain("Set-Cookie", "X-Crossing");
            Answer plain = client.write("PUT", "/orders/7", "{}").answer();
            assertThat(plain.head()).as("a write begins none").doesNotContain("Set-Cookie", "X-Crossing");

            bridge.move(Phase.WRITE_CUTOVER, Ramp.NONE);
            assertThat(client.write("PUT", "/orders/7", "{}", pin).answer().text())
                    .isEqualTo("legacy");
            bridge.move(Phase.WRITE_CUTOVER, Ramp.FULL);
            assertThat(client.write("PUT", "/orders/7", "{}", pin).answer().text())
                    .isEqualTo("modern");
        }
    }

    @Test
    void writesOfASliceWithoutStateFollowThePinToo() throws IOException {
        try (Bridge bridge = byCookie()
                        .slice(slice -> Slices.withoutState(slice).withPins(pins(By.COOKIE, 10)))
                        .open();
                RawClient client = bridge.client()) {
            Answer first = client.write("PUT", "/orders/7", "{}").answer();
            assertThat(first.text()).isEqualTo("modern");
            String pin = back(first, By.COOKIE);
            bridge.move(Phase.READ_CUTOVER, Ramp.NONE);
            assertThat(client.write("PUT", "/orders/7", "{}", pin).answer().text())
                    .isEqualTo("modern");
            assertThat(client.write("PUT", "/orders/7", "{}").answer().text()).isEqualTo("legacy");
        }
    }

    @Test
    void theDenyListIsStronger() throws IOException {
        try (Bridge bridge = byCookie()
                        .slice(slice -> Slices.denying(slice, "7").withPins(pins(By.COOKIE, 10)))
                        .open();
                RawClient client = bridge.client()) {
            assertThat(get(client, "/orders/7", held(Side.MODERN)).text()).isEqualTo("legacy");
            Answer denied = client.get("/orders/7").answer();
            assertThat(denied.text()).isEqualTo("legacy");
            assertThat(begins(denied)).isFalse();
            assertThat(get(client, "/orders/8", held(Side.MODERN)).text()).isEqualTo("modern");
        }
    }

    @Test
    void aRestartKeepsThePinsThatClientsCarry() throws IOException {
        String pin;
        try (Bridge bridge = byCookie().open();
                RawClient client = bridge.client()) {
            pin = back(client.get("/orders/7").answer(), By.COOKIE);
        }
        try (Bridge again = byCookie().ramp(Ramp.NONE).open();
                RawClient client = again.client()) {
            assertThat(get(client, "/orders/7", pin).text()).isEqualTo("modern");
        }
    }

    @Test
    void oneConnectionCarriesPinsOfManyClientsAndStreamedAnswersCarryOne() throws IOException {
        try (RawServer chunked = RawServer.answering((_, _, out) -> out.write(RawServer.lines(
                        "HTTP/1.1 200 OK",
                        "Set-Cookie: basket=1",
                        "Transfer-Encoding: chunked",
                        "",
                        "6",
                        "modern",
                        "0",
                        "",
                        "")));
                Bridge bridge =
                        between(chunked.url(), By.COOKIE).ramp(Ramp.NONE).open();
                RawClient client = bridge.client()) {
            assertThat(get(client, "/orders/7", held(Side.MODERN)).headers("Set-Cookie"))
                    .isEqualTo("basket=1");
            assertThat(get(client, "/orders/7", held(Side.LEGACY)).text()).isEqualTo("legacy");
            assertThat(begins(client.get("/orders/7").answer())).isTrue();
            bridge.move(Phase.READ_CUTOVER, Ramp.FULL);
            Answer streamed = client.get("/orders/7").answer();
            assertThat(streamed.text()).isEqualTo("modern");
            assertThat(streamed.headers("Set-Cookie")).matches("basket=1 \\| orders-side=m\\..*");
        }
    }

    @Test
    void pinsHoldOverTlsAndHttp2(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        try (Bridge bridge = byCookie().tls(Certificates.spec(), folder).open();
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(certificates.context(Optional.empty()))
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                    URI.create("https://localhost:" + bridge.gateway.address().port() + "/orders/7"));
            HttpResponse<String> first = client.send(request.copy().build(), BodyHandlers.ofString());
            assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
            String set = first.headers().firstValue("set-cookie").orElse("");
            assertThat(set).endsWith("; HttpOnly; SameSite=Lax; Secure");
            bridge.move(Phase.READ_CUTOVER, Ramp.NONE);
            // Crumbs of one cookie field (RFC 9113, 8.2.3).
            HttpResponse<String> next = client.send(
                    request.copy()
                            .header("Cookie", "theme=dark")
                            .header("Cookie", set.split(";")[0])
                            .build(),
                    BodyHandlers.ofString());
            assertThat(next.body()).isEqualTo("modern");
            assertThat(next.headers().allValues("set-cookie")).isEmpty();
        }
    }

    @Test
    void onlyATrustedProxySaysThatItsClientCameOverTls() throws IOException {
        try (Bridge bridge = byCookie().open();
                RawClient client = bridge.client()) {
            assertThat(get(client, "/orders/7", "X-Forwarded-Proto: https").headers("Set-Cookie"))
                    .doesNotContain("Secure");
        }
        Network loopback = Network.parse("127.0.0.0/8").orElseThrow();
        try (Bridge bridge = byCookie()
                        .bounds(GatewaySpec.DEFAULTS.withTrust(new TrustSpec(List.of(), List.of(loopback))))
                        .open();
                RawClient client = bridge.client()) {
            assertThat(get(client, "/orders/7", "X-Forwarded-Proto: https").headers("Set-Cookie"))
                    .endsWith("; Secure");
            assertThat(get(client, "/orders/7", "X-Forwarded-Proto: http").headers("Set-Cookie"))
                    .doesNotContain("Secure");
        }
    }
}
