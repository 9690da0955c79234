package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.gateway.upstream.Breaker;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.LimitsSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class FallbackTest {

    private final RawServer legacy = RawServer.answering(
            (request, _, out) -> out.write(RawServer.response(200, "from legacy " + request.text())));

    @AfterEach
    void close() {
        legacy.close();
    }

    private static Bridge.Builder across(RawServer legacy, URI modern) {
        return Bridge.between(legacy.url(), modern).in(Phase.READ_CUTOVER).ramp(Ramp.FULL);
    }

    @Test
    void readsGoToLegacyWhenModernAnswers5xx() throws IOException {
        try (RawServer modern = RawServer.saying(503, "no");
                Bridge bridge = across(legacy, modern.url()).open();
                RawClient client = bridge.client()) {
            for (int i = 0; i < 3; i++) {
                Answer answer = client.get("/orders/1").answer();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("X-Bailey-Side")).isEqualTo("legacy");
            }
            assertThat(modern.connections())
                    .as("an unwanted answer is read out, so its connection is kept")
                    .isEqualTo(1);
            TrafficInterval interval = bridge.gateway.takeInterval(Bridge.ORDERS);
            assertThat(interval.fallbacks()).isEqualTo(3);
            assertThat(Bridge.errors(interval, Side.MODERN)).isEqualTo(3);
            assertThat(Bridge.reads(interval, Side.LEGACY)).isEqualTo(3);
        }
    }

    @Test
    void readsGoToLegacyWhenModernCannotBeReached() throws IOException {
        try (Bridge bridge = across(legacy, Bridge.nowhere()).open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/orders/1").answer().text()).startsWith("from legacy");
        }
    }

    @Test
    void readsGoToLegacyWhenModernDoesNotAnswerInTimeOrCuts() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        try (RawServer modern = RawServer.answering((_, socket, _) -> {
                    if (count.incrementAndGet() == 1) {
                        await(end);
                    } else {
                        socket.close();
                    }
                });
                Bridge bridge = across(legacy, modern.url())
                        .timeout(Duration.ofSeconds(1))
                        .open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/orders/1").answer().text()).startsWith("from legacy");
            assertThat(client.get("/orders/1").answer().text()).startsWith("from legacy");
            end.countDown();
        }
    }

    @Test
    void aReadWithABodyTakesItAlongToLegacy() throws IOException {
        try (RawServer modern = RawServer.saying(500, "no");
                Bridge bridge = across(legacy, modern.url()).open();
                RawClient client = bridge.client()) {
            client.write("POST", "/search", "{\"q\":1}", "X-Account: acme");
            assertThat(client.answer().text()).isEqualTo("from legacy {\"q\":1}");
            assertThat(modern.requests().getFirst().text()).isEqualTo("{\"q\":1}");
        }
    }

    @Test
    void anOpenBreakerSparesModernUntilItsProbeSucceeds() throws Exception {
        AtomicInteger status = new AtomicInteger(500);
        LimitsSpec limits = new LimitsSpec(Duration.ofSeconds(2), 50, 4, Duration.ofMillis(300), Map.of());
        try (RawServer modern =
                        RawServer.answering((_, _, out) -> out.write(RawServer.response(status.get(), "from modern")));
                Bridge bridge = across(legacy, modern.url()).limits(limits).open();
                RawClient client = bridge.client()) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/orders/1").answer().text()).startsWith("from legacy");
            }
            assertThat(modern.requests()).hasSize(4);
            assertThat(bridge.meters.scrape()).contains("bailey_breaker_state{side=\"modern\",slice=\"orders\"} 2");
            status.set(200);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> client.get("/orders/1").answer().text().equals("from modern"));
            assertThat(client.get("/orders/1").answer().text()).isEqualTo("from modern");
        }
    }

    @Test
    void aBreakerThatNobodyAsksShowsWhatModernIsLike() throws Exception {
        AtomicInteger status = new AtomicInteger(500);
        LimitsSpec limits = new LimitsSpec(Duration.ofSeconds(2), 50, 4, Duration.ofMillis(300), Map.of());
        try (RawServer modern =
                        RawServer.answering((_, _, out) -> out.write(RawServer.response(status.get(), "from modern")));
                Bridge bridge = Bridge.between(legacy.url(), modern.url())
                        .in(Phase.LEGACY_OFF)
                        .limits(limits)
                        .open();
                RawClient client = bridge.client()) {
            for (int i = 0; i < 6; i++) {
                assertThat(client.get("/orders/1").answer().status()).isEqualTo(500);
            }
            assertThat(modern.requests()).hasSize(6);
            assertThat(state(bridge)).isEqualTo(Breaker.State.OPEN.ordinal());
            status.set(200);
            for (String method : new String[] {"GET", "PUT"}) {
                Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> {
                    client.write(method, "/orders/1", "{}").answer();
                    return state(bridge) == Breaker.State.CLOSED.ordinal();
                });
                status.set(500);
                for (int i = 0; i < 4; i++) {
                    client.write(method, "/orders/1", "{}").answer();
                }
                assertThat(state(bridge)).as(method).isEqualTo(Breaker.State.OPEN.ordinal());
                status.set(200);
            }
        }
    }

    private static double state(Bridge bridge) {
        return bridge.meters
                .get("bailey.breaker.state")
                .tag("side", "modern")
                .gauge()
                .value();
    }

    @Test
    void legacyThatFailsHasNoBreaker() throws IOException {
        LimitsSpec limits = new LimitsSpec(Duration.ofSeconds(2), 50, 1, Duration.ofMillis(300), Map.of());
        try (RawServer failing = RawServer.saying(500, "no");
                Bridge bridge = Bridge.between(failing.url(), failing.url())
                        .limits(limits)
                        .open();
                RawClient client = bridge.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/orders/1").answer().text()).isEqualTo("no");
            }
            assertThat(bridge.meters.scrape()).doesNotContain("bailey_breaker_state{side=\"legacy\"");
        }
    }

    @Test
    void readsOverModernsCapGoToLegacy() throws IOException {
        LimitsSpec limits =
                new LimitsSpec(Duration.ofSeconds(2), 50, 100, Duration.ofSeconds(1), Map.of(Side.MODERN, 1));
        try (RawServer modern = RawServer.saying(200, "from modern");
                Bridge bridge = across(legacy, modern.url()).limits(limits).open();
                RawClient client = bridge.client()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/orders/1").answer().status()).isEqualTo(200);
            }
            assertThat(modern.requests().size()).isBetween(1, 3);
        }
    }

    @Test
    void legacyIsNotAskedOnceItIsNoLongerKeptEqual() throws IOException {
        try (RawServer modern = RawServer.saying(503, "modern is down");
                Bridge bridge = Bridge.between(legacy.url(), modern.url())
                        .in(Phase.LEGACY_OFF)
                        .open();
                RawClient client = bridge.client()) {
            Answer answer = client.get("/orders/1").answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).isEqualTo("modern is down");
            assertThat(legacy.requests()).isEmpty();
        }
    }

    @Test
    void anEntityWithAnUndeliveredWriteIsReadWhereItWasWritten() throws IOException {
        try (RawServer modern = RawServer.saying(200, "from modern");
                Bridge bridge = across(legacy, modern.url()).open();
                RawClient client = bridge.client()) {
            bridge.writes.ahead.put(new EntityKey("1"), Side.LEGACY);
            assertThat(client.get("/orders/1").answer().text()).startsWith("from legacy");
            assertThat(client.get("/orders/2").answer().text()).isEqualTo("from modern");
        }
    }

    @Test
    void legacyIsNotAskedForAnEntityThatModernIsAheadOf() throws IOException {
        try (RawServer modern = RawServer.saying(500, "modern failed");
                Bridge bridge = across(legacy, modern.url()).open();
                RawClient client = bridge.client()) {
            bridge.writes.ahead.put(new EntityKey("1"), Side.MODERN);
            assertThat(client.get("/orders/1").answer().text()).isEqualTo("modern failed");
            assertThat(legacy.requests()).isEmpty();
        }
    }

    @Test
    void withoutASecondSideTheClientIsToldWhatFailed() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (RawServer slow = RawServer.answering((request, socket, out) -> {
                    if (request.line().contains("/orders/cut")) {
                        out.write(RawServer.lines("HTTP/1.1 200 OK", "Content-Length: 100", "", "half"));
                        out.flush();
                        socket.close();
                    } else if (request.line().contains("/orders/shut")) {
                        socket.close();
                    } else {
                        await(end);
                    }
                });
                Bridge bridge = Bridge.between(slow.url(), slow.url())
                        .timeout(Duration.ofSeconds(1))
                        .open()) {
            try (RawClient client = bridge.client()) {
                Answer answer = client.get("/orders/slow").answer();
                assertThat(answer.status()).isEqualTo(504);
                assertThat(answer.text())
                        .contains("legacy did not answer in time")
                        .contains("requestId");
                assertThat(client.get("/orders/shut").answer().status()).isEqualTo(502);
                client.get("/orders/cut");
                assertThat(new String(client.in().readAllBytes(), StandardCharsets.UTF_8))
                        .endsWith("half");
            }
            end.countDown();
        }
        try (Bridge bridge = Bridge.between(Bridge.nowhere(), Bridge.nowhere()).open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/orders/1").answer().status()).isEqualTo(502);
        }
    }

    @Test
    void aPooledConnectionThatWentStaleIsNotTheClientsProblem() throws IOException {
        AtomicInteger count = new AtomicInteger();
        try (RawServer flaky = RawServer.answering((request, socket, out) -> {
                    if (count.incrementAndGet() == 2) {
                        socket.close(); // took the request and left, as a service that just decided to close does
                    } else {
                        out.write(RawServer.response(200, "ok " + request.connection()));
                    }
                });
                Bridge bridge = Bridge.between(flaky.url(), flaky.url()).open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/a").answer().text()).isEqualTo("ok 1");
            assertThat(client.get("/b").answer().text()).isEqualTo("ok 2");
            assertThat(flaky.requests()).hasSize(3);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
