package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.TranslateSpec;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class WriteForwardingTest {

    private static Bridge dualWrite(RawServer legacy, RawServer modern) {
        return Bridge.between(legacy.url(), modern.url()).in(Phase.DUAL_WRITE).open();
    }

    @Test
    void aWriteIsAdmittedForwardedWithItsKeySettledAndOnlyThenAnswered() throws Exception {
        try (RawServer legacy = RawServer.answering((_, _, out) ->
                        out.write(RawServer.response(201, "{\"id\":42}", "Location: /orders/42", "ETag: \"7\"")));
                Bridge bridge = dualWrite(legacy, legacy);
                RawClient client = bridge.client()) {
            bridge.writes.settling = new CompletableFuture<>();
            client.write("POST", "/orders", "{\"total\":10.10}", "Idempotency-Key: mine", "X-A: b");
            await().until(() -> bridge.writes.outcomes.size() == 1);
            assertThat(client.in().available())
                    .as("no answer before the write is settled")
                    .isZero();
            bridge.writes.settling.complete(Settled.BOTH);
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.text()).isEqualTo("{\"id\":42}");
            assertThat(answer.header("Location")).isEqualTo("/orders/42");
            assertThat(answer.header("X-Bailey-Side")).isEqualTo("legacy");

            assertThat(legacy.requests().getFirst().header("Idempotency-Key")).isEqualTo("key-1");
            assertThat(legacy.requests().getFirst().text()).isEqualTo("{\"total\":10.10}");
            var admitted = bridge.writes.admitted.getFirst();
            assertThat(admitted.bodyKept()).isTrue();
            assertThat(new String(admitted.body(), StandardCharsets.UTF_8)).isEqualTo("{\"total\":10.10}");
            assertThat(admitted.headers()).contains(new Header("X-A", "b"));
            assertThat(bridge.writes.outcomes.getFirst()).isInstanceOfSatisfying(Outcome.Applied.class, applied -> {
                assertThat(applied.entity()).contains(new EntityKey("42"));
                assertThat(applied.headers())
                        .containsExactly(new Header("Location", "/orders/42"), new Header("ETag", "\"7\""));
                assertThat(new String(applied.body(), StandardCharsets.UTF_8)).isEqualTo("{\"id\":42}");
            });
        }
    }

    @Test
    void aKeyInTheBodyIsReadBeforeTheDecision() throws IOException {
        try (RawServer legacy = RawServer.saying(200, "{}");
                Bridge bridge = dualWrite(legacy, legacy);
                RawClient client = bridge.client()) {
            client.write("POST", "/payments", "{\"order\":7}").answer();
            assertThat(bridge.writes.outcomes.getFirst())
                    .isInstanceOfSatisfying(
                            Outcome.Applied.class,
                            applied -> assertThat(applied.entity()).contains(new EntityKey("7")));
        }
    }

    @Test
    void aKeyIsReadFromTheCookieThatTheAuthorityHandsOut() throws IOException {
        try (RawServer legacy = RawServer.answering((request, _, out) -> {
                    int status = Integer.parseInt(request.text());
                    out.write(RawServer.response(
                            status,
                            "{}",
                            "Set-Cookie: lang=en",
                            "set-cookie: SESSION=old; Path=/",
                            "Set-Cookie: SESSION=s-" + status + "; Path=/; HttpOnly"));
                });
                Bridge bridge = dualWrite(legacy, legacy);
                RawClient client = bridge.client()) {
            for (String status : List.of("200", "302", "303", "307", "401")) {
                client.write("POST", "/sessions", status).answer();
            }
            assertThat(bridge.writes.outcomes.subList(0, 3))
                    .extracting(outcome -> ((Outcome.Applied) outcome).entity().orElseThrow())
                    .containsExactly(new EntityKey("s-200"), new EntityKey("s-302"), new EntityKey("s-303"));
            assertThat(bridge.writes.outcomes.get(3)).isInstanceOf(Outcome.Unknown.class);
            assertThat(bridge.writes.outcomes.get(4)).isEqualTo(new Outcome.Rejected(401));
        }
    }

    @Test
    void refusalsOfTheAuthorityAreRejectedAndItsFailuresAreUnknown() throws IOException {
        try (RawServer legacy = RawServer.answering((request, socket, out) -> {
                    String path = request.line().split(" ")[1];
                    if (path.equals("/orders/cut")) {
                        socket.close();
                    } else if (path.equals("/orders/half")) {
                        out.write(RawServer.lines("HTTP/1.1 200 OK", "Content-Length: 100", "", "half"));
                        out.flush();
                        socket.close();
                    } else {
                        out.write(RawServer.response(Integer.parseInt(path.substring(8)), "said"));
                    }
                });
                Bridge bridge = dualWrite(legacy, legacy);
                RawClient client = bridge.client()) {
            assertThat(client.write("PUT", "/orders/422", "x").answer().status())
                    .isEqualTo(422);
            Answer own = client.write("PUT", "/orders/500", "x").answer();
            assertThat(own.status()).isEqualTo(500);
            assertThat(own.text()).isEqualTo("said");
            assertThat(client.write("PUT", "/orders/cut", "x").answer().status())
                    .isEqualTo(502);
            assertThat(client.write("DELETE", "/orders/half", "").answer().status())
                    .isEqualTo(502);
            assertThat(bridge.writes.outcomes).hasSize(4);
            assertThat(bridge.writes.outcomes.get(0)).isEqualTo(new Outcome.Rejected(422));
            assertThat(bridge.writes.outcomes.subList(1, 4)).allMatch(Outcome.Unknown.class::isInstance);
            assertThat(legacy.requests()).as("a write is never sent twice").hasSize(4);
        }
    }

    @Test
    void aTimeoutIsUnknownAndAConnectionRefusedIsProvenNotSent() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RawServer slow = RawServer.answering((_, _, _) -> hold(end));
                Bridge bridge = Bridge.between(slow.url(), slow.url())
                        .in(Phase.DUAL_WRITE)
                        .timeout(Duration.ofMillis(200))
                        .open();
                RawClient client = bridge.client()) {
            assertThat(client.write("PUT", "/orders/1", "x").answer().status()).isEqualTo(504);
            assertThat(bridge.writes.outcomes.getFirst()).isInstanceOf(Outcome.Unknown.class);
            end.countDown();
        }
        try (Bridge bridge = Bridge.between(Bridge.nowhere(), Bridge.nowhere())
                        .in(Phase.DUAL_WRITE)
                        .open();
                RawClient client = bridge.client()) {
            assertThat(client.write("PUT", "/orders/1", "x").answer().status()).isEqualTo(502);
            assertThat(bridge.writes.outcomes).containsExactly(new Outcome.Rejected(502));
        }
    }

    @Test
    void aRefusedAdmissionIsAnsweredAndNothingIsForwarded() throws IOException {
        try (RawServer legacy = RawServer.saying(200, "ok");
                Bridge bridge = dualWrite(legacy, legacy);
                RawClient client = bridge.client()) {
            bridge.writes.refusal = new Refused(503, "the journal is full", Optional.of(Duration.ofMillis(1_500)));
            Answer answer = client.write("PUT", "/orders/1", "x").answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("2");
            assertThat(answer.text()).contains("the journal is full");
            assertThat(legacy.requests()).isEmpty();
        }
    }

    @Test
    void aWriteWhoseClientLeftIsStillForwardedAndSettled() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        try (RawServer legacy = RawServer.answering((_, _, out) -> {
                    arrived.countDown();
                    hold(left);
                    out.write(RawServer.response(200, "done"));
                });
                Bridge bridge = dualWrite(legacy, legacy)) {
            try (RawClient client = bridge.client()) {
                client.write("PUT", "/orders/1", "x");
                assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
            }
            await().until(() -> bridge.meters.scrape().contains("bailey_client_connections 0"));
            left.countDown();
            await().until(() -> bridge.writes.outcomes.size() == 1);
            assertThat(bridge.writes.outcomes.getFirst()).isInstanceOf(Outcome.Applied.class);
            await().until(() -> bridge.meters.scrape().contains("bailey_in_flight 0"));
        }
    }

    @Test
    void aClientThatLeavesWhileItsWriteWaitsForItsTurnChangesNothing() throws Exception {
        try (RawServer legacy = RawServer.saying(200, "done");
                Bridge bridge = dualWrite(legacy, legacy)) {
            bridge.writes.admitting = new CompletableFuture<>();
            try (RawClient client = bridge.client()) {
                client.write("PUT", "/orders/1", "x");
                await().until(() -> bridge.writes.admitted.size() == 1);
            }
            await().until(() -> bridge.meters.scrape().contains("bailey_client_connections 0"));
            bridge.writes.admitting.complete(true);
            await().until(() -> bridge.writes.outcomes.size() == 1);
            assertThat(legacy.requests()).hasSize(1);
        }
    }

    @Test
    void aBodyAboveTheBoundStreamsAndIsNotKept() throws IOException {
        String large = "x".repeat(300_000);
        try (RawServer legacy = RawServer.saying(200, "ok");
                Bridge bridge = dualWrite(legacy, legacy);
                RawClient client = bridge.client()) {
            assertThat(client.write("PUT", "/orders/1", large).answer().status())
                    .isEqualTo(200);
            assertThat(bridge.writes.admitted.getFirst().bodyKept()).isFalse();
            assertThat(bridge.writes.admitted.getFirst().body()).isEmpty();
            assertThat(legacy.requests().getFirst().text()).isEqualTo(large);
            assertThat(legacy.requests().getFirst().header("Idempotency-Key")).isEqualTo("key-1");
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleOfAStreamedBodyLeavesAnUnknownWrite() throws Exception {
        try (RawServer legacy = RawServer.saying(200, "ok");
                Bridge bridge = dualWrite(legacy, legacy)) {
            try (RawClient client = bridge.client()) {
                client.send(
                        "PUT /orders/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n" + "x".repeat(200_000));
                await().until(() -> bridge.writes.admitted.size() == 1);
            }
            await().until(() -> bridge.writes.outcomes.size() == 1);
            assertThat(bridge.writes.outcomes.getFirst()).isInstanceOf(Outcome.Unknown.class);
            assertThat(legacy.requests()).isEmpty();
        }
    }

    @Test
    void anAnswerAboveTheBoundIsSettledThenStreamed() throws Exception {
        String large = "y".repeat(1_000_000);
        try (RawServer legacy = RawServer.saying(200, large);
                Bridge bridge = dualWrite(legacy, legacy);
                RawClient client = bridge.client()) {
            bridge.writes.settling = new CompletableFuture<>();
            client.write("PUT", "/orders/1", "x");
            await().until(() -> bridge.writes.outcomes.size() == 1);
            assertThat(client.in().available()).isZero();
            bridge.writes.settling.complete(Settled.ACKNOWLEDGED);
            assertThat(client.answer().text()).isEqualTo(large);
            assertThat(client.get("/orders/1").answer().text()).isEqualTo(large);
            assertThat(bridge.writes.outcomes.getFirst())
                    .isInstanceOfSatisfying(
                            Outcome.Applied.class,
                            applied -> assertThat(applied.body()).isEmpty());
        }
    }

    @Test
    void unjournalledWritesStreamThroughTheGuard() throws IOException {
        try (RawServer legacy = RawServer.saying(200, "ok");
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client()) {
            bridge.writes.key = Optional.empty();
            assertThat(client.write("PUT", "/orders/1", "body").answer().status())
                    .isEqualTo(200);
            assertThat(bridge.writes.admitted.getFirst().bodyKept()).isFalse();
            assertThat(legacy.requests().getFirst().text()).isEqualTo("body");
            assertThat(client.write("DELETE", "/orders/1", "").answer().status())
                    .isEqualTo(200);
            assertThat(bridge.writes.outcomes).hasSize(2);
        }
    }

    @Test
    void modernsContractIsTurnedBothWaysAndTheKeyComesFromTheClientsAnswer() throws IOException {
        try (RawServer modern = RawServer.answering((request, _, out) -> out.write(RawServer.response(
                        request.line().startsWith("GET") ? 200 : 201,
                        "{\"orderId\":\"o-9\",\"total\":\"10.10\"}",
                        "Content-Type: application/json")));
                Bridge bridge = translated(modern);
                RawClient client = bridge.client()) {
            Answer created = client.write("POST", "/orders", "{\"id\":\"a\",\"total\":10.10}")
                    .answer();
            assertThat(created.status()).isEqualTo(201);
            assertThat(created.text()).isEqualTo("{\"id\":\"o-9\",\"total\":10.10}");
            assertThat(modern.requests().getFirst().text()).isEqualTo("{\"orderId\":\"a\",\"total\":\"10.10\"}");
            assertThat(bridge.writes.outcomes.getFirst())
                    .isInstanceOfSatisfying(
                            Outcome.Applied.class,
                            applied -> assertThat(applied.entity()).contains(new EntityKey("o-9")));
            Answer read = client.get("/orders/a%2Fb?x=1").answer();
            assertThat(read.text()).isEqualTo("{\"id\":\"o-9\",\"total\":10.10}");
            assertThat(read.header("Content-Length")).isEqualTo(Integer.toString(read.body().length));
            assertThat(modern.requests().get(1).line()).isEqualTo("GET /v2/orders/a%2Fb?x=1 HTTP/1.1");
        }
    }

    @Test
    void anAnswerThatCannotBeTurnedKeepsTheOutcomeOfAWrite() throws IOException {
        try (RawServer modern = RawServer.saying(200, "not json");
                Bridge bridge = translated(modern);
                RawClient client = bridge.client()) {
            assertThat(client.write("PUT", "/orders/5", "{\"id\":\"5\",\"total\":1}")
                            .answer()
                            .status())
                    .isEqualTo(502);
            assertThat(bridge.writes.outcomes.getFirst())
                    .isInstanceOfSatisfying(
                            Outcome.Applied.class,
                            applied -> assertThat(applied.entity()).contains(new EntityKey("5")));
        }
    }

    @Test
    void aReadThatCannotBeTurnedFallsBackToLegacy() throws IOException {
        try (RawServer modern = RawServer.saying(200, "not json");
                RawServer legacy = RawServer.saying(200, "legacy");
                Bridge bridge = Bridge.between(legacy.url(), modern.url())
                        .in(Phase.READ_CUTOVER)
                        .ramp(Ramp.FULL)
                        .translate(translation())
                        .open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/orders/1").answer().text()).isEqualTo("legacy");
            TrafficInterval interval = bridge.gateway.takeInterval(Bridge.ORDERS);
            assertThat(interval.fallbacks()).isEqualTo(1);
            assertThat(Bridge.errors(interval, Side.MODERN)).isEqualTo(1);
        }
    }

    private static Bridge translated(RawServer modern) {
        return Bridge.between(modern.url(), modern.url())
                .in(Phase.LEGACY_OFF)
                .translate(translation())
                .open();
    }

    private static TranslateSpec translation() {
        String request = "{ 'orderId': id, 'total': $string(total) }";
        String response = "{ 'id': orderId, 'total': $number(total) }";
        TranslateSpec create =
                new TranslateSpec(Optional.empty(), Optional.of(request), Optional.of(response), Map.of());
        return new TranslateSpec(
                Optional.of("/v2/orders/{id}"),
                Optional.of(request),
                Optional.of(response),
                Map.of(
                        "POST /orders", create,
                        "POST /payments", TranslateSpec.NONE,
                        "GET /orders", TranslateSpec.NONE,
                        "POST /search", TranslateSpec.NONE));
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
