package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.gateway.RawServer.Request;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class ForwardingTest {

    private RawServer legacy;
    private RawServer modern;
    private Bridge bridge;

    @BeforeEach
    void open() {
        legacy = RawServer.answering((request, _, out) -> {
            String path = request.line().split(" ")[1];
            switch (path) {
                case "/chunked" ->
                    out.write(RawServer.lines(
                            "HTTP/1.1 200 OK",
                            "Transfer-Encoding: chunked",
                            "Connection: X-Secret",
                            "X-Secret: 1",
                            "Keep-Alive: timeout=5",
                            "X-Kept: 1",
                            "",
                            "5",
                            "hello",
                            "6",
                            " world",
                            "0",
                            "",
                            ""));
                case "/none" -> out.write(RawServer.lines("HTTP/1.1 204 No Content", "", ""));
                case "/same" ->
                    out.write(
                            RawServer.lines("HTTP/1.1 304 Not Modified", "ETag: \"1\"", "Content-Length: 99", "", ""));
                case "/early" -> {
                    out.write(RawServer.lines("HTTP/1.1 103 Early Hints", "Link: </x>", "", ""));
                    out.write(RawServer.response(200, "ok"));
                }
                default -> {
                    String body = "legacy " + request.line() + " " + request.text();
                    if (request.line().startsWith("HEAD")) {
                        out.write(RawServer.lines("HTTP/1.1 200 OK", "Content-Length: 1234", "", ""));
                    } else {
                        out.write(RawServer.response(
                                200, body, "X-Bailey-Side: forged", "Set-Cookie: a=1", "Set-Cookie: b=2"));
                    }
                }
            }
        });
        modern = RawServer.answering(
                (request, _, out) -> out.write(RawServer.response(200, "modern " + request.line())));
        bridge = Bridge.between(legacy.url(), modern.url()).open();
    }

    @AfterEach
    void close() {
        bridge.close();
        legacy.close();
        modern.close();
    }

    @Test
    void unmatchedRequestsGoToLegacyWithForwardingHeadersAndWithoutHopByHopOnes() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request(
                    "GET /other?a=b%20c HTTP/1.1",
                    "Host: shop.example:81",
                    "Connection: keep-alive, X-Mine",
                    "X-Mine: dropped",
                    "Keep-Alive: 5",
                    "TE: trailers",
                    "Upgrade: websocket",
                    "Proxy-Authorization: Basic abc",
                    "X-Forwarded-For: 10.0.0.1",
                    "Cookie: a=b",
                    "Accept: text/plain");
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-Bailey-Side")).isEqualTo("legacy");
            assertThat(answer.header("X-Request-Id")).startsWith("id-");
            assertThat(answer.head())
                    .contains("Set-Cookie: a=1")
                    .contains("Set-Cookie: b=2")
                    .doesNotContain("forged");
            Request got = legacy.requests().getFirst();
            assertThat(got.line()).isEqualTo("GET /other?a=b%20c HTTP/1.1");
            assertThat(got.header("Host")).isEqualTo(legacy.url().getAuthority());
            assertThat(got.header("X-Forwarded-Host")).isEqualTo("shop.example:81");
            assertThat(got.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(got.header("X-Forwarded-Proto")).isEqualTo("http");
            assertThat(got.header("X-Request-Id")).isEqualTo(answer.header("X-Request-Id"));
            assertThat(got.header("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
            assertThat(got.header("Cookie")).isEqualTo("a=b");
            for (String gone : new String[] {
                "Connection",
                "X-Mine",
                "Keep-Alive",
                "TE",
                "Upgrade",
                "Proxy-Authorization",
                "Transfer-Encoding",
                "Content-Length"
            }) {
                assertThat(got.header(gone)).as(gone).isEmpty();
            }
        }
    }

    @Test
    void keepsTraceAndSaneRequestIdOfTheCallerAndReplacesAWildOne() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request(
                    "GET /a HTTP/1.1",
                    "Host: h",
                    "X-Request-Id: order-42.a",
                    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                    "tracestate: v=1");
            assertThat(client.answer().header("X-Request-Id")).isEqualTo("order-42.a");
            client.request(
                    "GET /b HTTP/1.1", "Host: h", "X-Request-Id: <script>", "traceparent: 00-zz", "tracestate: v=1");
            assertThat(client.answer().header("X-Request-Id")).startsWith("id-");
        }
        Request first = legacy.requests().getFirst();
        assertThat(first.header("traceparent"))
                .matches("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00")
                .doesNotContain("b7ad6b7169203331");
        assertThat(first.header("tracestate")).isEqualTo("v=1");
        assertThat(legacy.requests().get(1).header("tracestate")).isEmpty();
    }

    @Test
    void hopByHopHeadersOfAnswersAreDroppedAndChunksPassOn() throws IOException {
        try (RawClient client = bridge.client()) {
            Answer answer = client.get("/chunked").answer();
            assertThat(answer.text()).isEqualTo("hello world");
            assertThat(answer.header("X-Kept")).isEqualTo("1");
            assertThat(answer.header("X-Secret")).isEmpty();
            assertThat(answer.header("Keep-Alive")).isEmpty();
            assertThat(client.get("/after").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void bodilessAnswersKeepTheConnectionInStep() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("HEAD /orders/1 HTTP/1.1", "Host: h");
            Answer head = client.answer(true);
            assertThat(head.header("Content-Length")).isEqualTo("1234");
            assertThat(client.get("/none").answer().status()).isEqualTo(204);
            Answer same = client.get("/same").answer();
            assertThat(same.status()).isEqualTo(304);
            assertThat(same.header("ETag")).isEqualTo("\"1\"");
            Answer early = client.get("/early").answer(true);
            assertThat(early.status()).isEqualTo(103);
            assertThat(early.header("Link")).isEqualTo("</x>");
            assertThat(client.answer().text()).isEqualTo("ok");
            assertThat(client.get("/x").answer().text()).startsWith("legacy GET /x");
        }
        assertThat(legacy.connections()).isEqualTo(1);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderOnOneUpstreamConnection() throws IOException {
        try (RawClient client = bridge.client()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                all.append(
                        i % 3 == 0
                                ? "POST /p" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                                : "GET /p" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < 20; i++) {
                assertThat(client.answer().text()).contains("/p" + i + " ");
            }
        }
        assertThat(legacy.connections()).isEqualTo(1);
    }

    @Test
    void chunkedRequestBodiesReachTheService() throws IOException {
        try (RawClient client = bridge.client()) {
            client.send("POST /in HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("4\r\nab").send("cd\r\n3;x=y\r\nefg\r\n").send("0\r\nX-Trailer: 1\r\n\r\n");
            assertThat(client.answer().text()).endsWith("abcdefg");
            assertThat(legacy.trailers).containsExactly("X-Trailer: 1");
            assertThat(client.get("/next").answer().status()).isEqualTo(200);
        }
    }

    /** Found a head that came in two reads and was never read to its end. */
    @Test
    void requestsThatArriveByteByByteOnAKeptConnectionAreAnswered() throws IOException {
        try (RawClient client = bridge.client()) {
            for (int round = 0; round < 2; round++) {
                for (String request : new String[] {
                    "GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
                    "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: t\r\n\r\n",
                    "PUT /orders/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                }) {
                    for (int i = 0; i < request.length(); i++) {
                        client.send(request.substring(i, i + 1));
                    }
                    assertThat(client.answer().status()).isEqualTo(200);
                }
            }
        }
    }

    @Test
    void aWaitingClientIsToldToContinueBeforeItSendsItsBody() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("POST /in HTTP/1.1", "Host: h", "Expect: 100-continue", "Content-Length: 5");
            assertThat(client.answer().status()).isEqualTo(100);
            assertThat(client.send("hello").answer().text()).endsWith("hello");
        }
        assertThat(legacy.requests().getFirst().header("Expect")).isEmpty();
    }

    @Test
    void oldClientsGetLengthOrEndOfConnection() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("GET /chunked HTTP/1.0");
            String all = new String(client.in().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).endsWith("\r\n\r\nhello world");
            assertThat(all.toLowerCase(java.util.Locale.ROOT)).doesNotContain("transfer-encoding");
        }
        try (RawClient client = bridge.client()) {
            client.request("GET /a HTTP/1.0", "Connection: keep-alive");
            assertThat(client.answer().status()).isEqualTo(200);
            client.request("GET /b HTTP/1.0", "Connection: keep-alive");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void closesAfterTheAnswerWhenTheClientAsks() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("GET /a HTTP/1.1", "Host: h", "Connection: close");
            assertThat(client.answer().header("Connection")).isEqualToIgnoringCase("close");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void anAbsoluteTargetIsTakenApart() throws IOException {
        try (RawClient client = bridge.client()) {
            client.request("GET http://real.example/orders/7?x=1 HTTP/1.1", "Host: other.example");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        assertThat(legacy.requests().getFirst().line()).isEqualTo("GET /orders/7?x=1 HTTP/1.1");
        assertThat(legacy.requests().getFirst().header("X-Forwarded-Host")).isEqualTo("real.example");
    }

    @Test
    void readsFollowPhaseAndRampAndTheKillSwitchIsAPublishedSnapshot() throws IOException {
        try (RawClient client = bridge.client()) {
            assertThat(client.get("/orders/1").answer().header("X-Bailey-Side")).isEqualTo("legacy");
            bridge.move(Phase.READ_CUTOVER, Ramp.FULL);
            Answer across = client.get("/orders/1").answer();
            assertThat(across.header("X-Bailey-Side")).isEqualTo("modern");
            assertThat(across.text()).isEqualTo("modern GET /orders/1 HTTP/1.1");
            assertThat(client.get("/%6frders/1").answer().header("X-Bailey-Side"))
                    .isEqualTo("modern");
            bridge.move(Phase.SHADOW_READ, Ramp.NONE);
            assertThat(client.get("/orders/1").answer().header("X-Bailey-Side")).isEqualTo("legacy");
        }
    }

    @Test
    void aMissingKeyIsRefusedWithItsSourceWhereTheSliceSaysSo() throws IOException {
        bridge.move(Phase.READ_CUTOVER, Ramp.FULL);
        try (RawClient client = bridge.client()) {
            Answer answer = client.get("/orders").answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("header:X-Account").contains("requestId");
        }
    }

    @Test
    void metricsAndIntervalsCountWhatWasServed() throws IOException {
        try (RawClient client = bridge.client()) {
            client.get("/orders/1").answer();
            client.get("/orders/2").answer();
            client.write("PUT", "/orders/2", "{}").answer();
        }
        TrafficInterval interval = bridge.gateway.takeInterval(Bridge.ORDERS);
        assertThat(Bridge.reads(interval, Side.LEGACY)).isEqualTo(2);
        var legacySide = java.util.Objects.requireNonNull(interval.served().get(Side.LEGACY));
        assertThat(legacySide.writes()).isEqualTo(1);
        assertThat(legacySide.latencyMicros().getTotalCount()).isEqualTo(2);
        assertThat(Bridge.reads(bridge.gateway.takeInterval(Bridge.ORDERS), Side.LEGACY))
                .isZero();
        assertThat(bridge.meters.scrape())
                .contains("bailey_requests_total{kind=\"read\",side=\"legacy\",slice=\"orders\"} 2")
                .contains("bailey_breaker_state{side=\"modern\",slice=\"orders\"} 0");
    }

    /** One request in 64 is measured in detail, on each event loop by itself. */
    @Test
    void theTimeOfTheDecisionAndTheGatewaysOwnAreExposed() throws IOException {
        try (RawClient client = bridge.client()) {
            for (int i = 0; i < 128; i++) {
                client.get("/orders/1").answer();
            }
        }
        await().untilAsserted(() -> assertThat(bridge.meters.scrape())
                .contains("bailey_decision_seconds_count 2\n")
                .contains("bailey_facade_seconds_count 2\n")
                .contains("bailey_facade_seconds_bucket{le=\"+Inf\"} 2\n"));
        assertThat(sum("bailey_decision_seconds_sum")).isPositive();
        assertThat(sum("bailey_facade_seconds_sum")).isGreaterThanOrEqualTo(sum("bailey_decision_seconds_sum"));
    }

    private double sum(String name) {
        return bridge.meters
                .scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
