package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.gateway.upstream.Deadlines;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.Network;
import dev.bailey.model.spec.TranslateSpec;
import dev.bailey.model.spec.TrustSpec;
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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What services are told of the time that is left, and what a caller's own deadline does. */
@ExtendWith(NoLeaks.class)
class DeadlinesHandedOnTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final CountDownLatch end = new CountDownLatch(1);
    private final RawServer legacy = RawServer.saying(200, "from legacy");
    private final RawServer hanging = RawServer.answering((_, _, _) -> await(end, 20_000));

    @AfterEach
    void close() {
        end.countDown();
        legacy.close();
        hanging.close();
    }

    private static void await(CountDownLatch latch, long millis) throws IOException {
        try {
            boolean _ = latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static int told(RawServer service) {
        return Integer.parseInt(service.requests().getFirst().header("X-Bailey-Timeout-Ms"));
    }

    /** A gateway that believes what this machine says of its deadlines. */
    private static Bridge.Builder between(RawServer legacy, RawServer modern) {
        return Bridge.between(legacy.url(), modern.url())
                .timeout(TIMEOUT)
                .bounds(Bridge.Builder.bounds(64 * 1024, Duration.ofSeconds(10))
                        .withTrust(new TrustSpec(
                                List.of(), List.of(Network.parse("127.0.0.0/8").orElseThrow()))));
    }

    private static void ask(RawClient client, String line, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(line).append(" HTTP/1.1\r\nHost: shop.example\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        client.send(head.append("\r\n").toString());
    }

    @ParameterizedTest
    @CsvSource({"'', 5000", "800, 800", "99999, 5000", "soon, 5000", "-1, 5000"})
    void aReadTellsWhatIsLeftAndACallerCanOnlyShortenIt(String said, int most) throws IOException {
        try (Bridge bridge = between(legacy, legacy).open();
                RawClient client = bridge.client()) {
            ask(client, "GET /orders/1", said.isEmpty() ? "X-Other: 1" : "X-Bailey-Timeout-Ms: " + said);
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(told(legacy)).isBetween(most / 5, most);
        }
    }

    @Test
    void legacyAnswersInModernsPlaceWithinTheSameTimeAndKnowsWhoAsks() throws IOException {
        try (Bridge bridge = between(legacy, hanging)
                        .in(Phase.READ_CUTOVER)
                        .ramp(Ramp.FULL)
                        .limits(new LimitsSpec(TIMEOUT, 50, 100, TIMEOUT, Map.of())
                                .withFallbackAfter(Duration.ofMillis(800)))
                        .open();
                RawClient client = bridge.client()) {
            long asked = System.nanoTime();
            ask(
                    client,
                    "GET /orders/1",
                    "X-Bailey-Timeout-Ms: 2000",
                    "grpc-timeout: 2S",
                    "Cookie: session=s1",
                    "Authorization: Bearer t1");
            Answer answer = client.answer();
            Duration took = Duration.ofNanos(System.nanoTime() - asked);
            assertThat(answer.text()).isEqualTo("from legacy");
            assertThat(took).isBetween(Duration.ofMillis(790), TIMEOUT);
            RawServer.Request first = hanging.requests().getFirst();
            RawServer.Request second = legacy.requests().getFirst();
            assertThat(told(hanging)).as("modern's share").isBetween(400, 800);
            assertThat(told(legacy))
                    .as("what modern left of what the caller says")
                    .isBetween(1, 1_210);
            for (String same : new String[] {"Cookie", "Authorization", "X-Request-Id", "X-Forwarded-For"}) {
                assertThat(second.header(same)).as(same).isNotEmpty().isEqualTo(first.header(same));
            }
            assertThat(grpcMillis(first)).isBetween(1_000L, 2_000L);
            assertThat(grpcMillis(second)).as("a call's deadline goes on").isLessThanOrEqualTo(grpcMillis(first) - 790);
        }
    }

    private static long grpcMillis(RawServer.Request request) {
        byte[] value = request.header("grpc-timeout").getBytes(StandardCharsets.US_ASCII);
        return Deadlines.grpc(value, 0, value.length) / 1_000_000;
    }

    @Test
    void aReadWhoseCallerWaitsNoLongerIsNotSent() throws IOException {
        try (Bridge bridge = between(legacy, legacy).open();
                RawClient client = bridge.client()) {
            ask(client, "GET /orders/1", "X-Bailey-Timeout-Ms: 0");
            assertThat(client.answer().status()).isEqualTo(504);
            assertThat(legacy.requests()).isEmpty();
        }
    }

    @Test
    void aStrangersWordCountsForNothing() throws IOException {
        try (Bridge bridge = Bridge.between(legacy.url(), legacy.url())
                        .timeout(TIMEOUT)
                        .open();
                RawClient client = bridge.client()) {
            ask(client, "GET /orders/1", "X-Bailey-Timeout-Ms: 0");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(told(legacy)).isGreaterThan(1_000);
        }
    }

    @Test
    void whatWasSentIsWaitedForAsLongAsTheSliceSaysSoThatNoCallerMakesASideLookFailed() throws IOException {
        CountDownLatch slow = new CountDownLatch(1);
        try (RawServer modern = RawServer.answering((_, _, out) -> {
                    await(slow, 300);
                    out.write(RawServer.response(200, "from modern"));
                });
                Bridge bridge = between(legacy, modern)
                        .in(Phase.READ_CUTOVER)
                        .ramp(Ramp.FULL)
                        .open();
                RawClient client = bridge.client()) {
            ask(client, "GET /orders/1", "X-Bailey-Timeout-Ms: 100", "grpc-timeout: 100m");
            assertThat(client.answer().text()).isEqualTo("from modern");
            assertThat(told(modern)).isLessThanOrEqualTo(100);
            assertThat(Bridge.errors(bridge.gateway.takeInterval(Bridge.ORDERS), Side.MODERN))
                    .isZero();
        }
    }

    @Test
    void aDeadlineThatCannotBeReadGoesOnAsItCame() throws IOException {
        try (Bridge bridge = between(legacy, legacy).open();
                RawClient client = bridge.client()) {
            ask(client, "GET /orders/1", "grpc-timeout: 1 hour");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(legacy.requests().getFirst().header("grpc-timeout")).isEqualTo("1 hour");
        }
    }

    @Test
    void aWriteTellsWhatItsCallerLeavesWhenItIsSent() throws Exception {
        try (Bridge bridge = between(legacy, legacy).open();
                RawClient client = bridge.client()) {
            CompletableFuture<Boolean> turn = new CompletableFuture<>();
            bridge.writes.admitting = turn;
            client.write("PUT", "/orders/1", "{}", "X-Bailey-Timeout-Ms: 2000");
            Awaitility.await().until(() -> !bridge.writes.admitted.isEmpty());
            turn.completeOnTimeout(true, 300, TimeUnit.MILLISECONDS);
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(told(legacy)).as("it stood in its queue for 300 ms").isBetween(1, 1_700);
        }
    }

    @Test
    void aWriteIsNotSentOnceItsCallersTimeIsOver() throws IOException {
        try (Bridge bridge = between(legacy, legacy).open();
                RawClient client = bridge.client()) {
            CompletableFuture<Boolean> turn = new CompletableFuture<>();
            bridge.writes.admitting = turn;
            client.write("PUT", "/orders/1", "{}", "X-Bailey-Timeout-Ms: 50");
            Awaitility.await().until(() -> !bridge.writes.admitted.isEmpty());
            turn.completeOnTimeout(true, 60, TimeUnit.MILLISECONDS);
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(answer.text()).contains("before the write could be sent");
            assertThat(bridge.writes.outcomes).containsExactly(new Outcome.Rejected(503));
            assertThat(legacy.requests()).isEmpty();
        }
    }

    @Test
    void aWriteThatWasSentIsWaitedForAsLongAsTheSliceSays() throws IOException {
        CountDownLatch slow = new CountDownLatch(1);
        try (RawServer service = RawServer.answering((_, _, out) -> {
                    await(slow, 200);
                    out.write(RawServer.response(200, "done"));
                });
                Bridge bridge = between(service, legacy).open();
                RawClient client = bridge.client()) {
            client.write("PUT", "/orders/1", "{}", "X-Bailey-Timeout-Ms: 100");
            assertThat(client.answer().text()).isEqualTo("done");
            assertThat(told(service)).isLessThanOrEqualTo(100);
        }
    }

    @Test
    void aTranslatedRequestTellsItToo() throws IOException {
        TranslateSpec translate =
                new TranslateSpec(Optional.of("/v2/{id}"), Optional.empty(), Optional.empty(), Map.of());
        try (Bridge bridge = between(legacy, legacy)
                        .in(Phase.READ_CUTOVER)
                        .ramp(Ramp.FULL)
                        .translate(translate)
                        .open();
                RawClient client = bridge.client()) {
            ask(client, "GET /orders/1", "X-Bailey-Timeout-Ms: 900");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(legacy.requests().getFirst().line()).startsWith("GET /v2/1 ");
            assertThat(told(legacy)).isBetween(1, 900);
        }
    }
}
