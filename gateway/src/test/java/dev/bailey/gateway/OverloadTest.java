package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.proxy.ServedExchange;
import dev.bailey.gateway.proxy.ShadowTap;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.Decision;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.IntakeSpec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With too much to do, what comes new gets 503 and never reaches a service; what was let in goes on, and later all is as before. */
@ExtendWith(NoLeaks.class)
class OverloadTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private final CountDownLatch held = new CountDownLatch(1);
    private final List<HttpClient> clients = new ArrayList<>();
    private RawServer service;
    private Certificates certificates;

    @BeforeEach
    void open() throws Exception {
        service = RawServer.answering((request, _, out) -> {
            if (request.line().contains("/held")) {
                awaitRelease();
            }
            out.write(RawServer.response(200, "ok " + request.body().length));
        });
        certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
    }

    @AfterEach
    void close() {
        held.countDown();
        clients.forEach(HttpClient::shutdownNow);
        service.close();
    }

    private void awaitRelease() {
        try {
            held.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Bridge.Builder bridge(int maxInFlight, Duration shedAfter, int maxBodyKept) {
        GatewaySpec bounds =
                Bridge.Builder.bounds(maxBodyKept, LONG).withIntake(new IntakeSpec(LONG, 0, maxInFlight, shedAfter));
        return Bridge.between(service.url(), service.url())
                .bounds(bounds)
                .timeout(LONG)
                .loops(1)
                .tls(Certificates.spec(), folder);
    }

    private HttpClient client(HttpClient.Version version) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .version(version)
                .sslContext(certificates.context(Optional.empty()))
                .build();
        clients.add(client);
        return client;
    }

    private static HttpRequest.Builder to(Bridge bridge, String path) {
        return HttpRequest.newBuilder(
                URI.create("https://localhost:" + bridge.gateway.address().port() + path));
    }

    private static HttpResponse<String> get(HttpClient client, Bridge bridge, String path) throws Exception {
        return client.send(to(bridge, path).build(), BodyHandlers.ofString());
    }

    private static void assertShed(HttpResponse<String> answer, String cause) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 10L);
        assertThat(answer.body()).contains("the gateway has too much to do (" + cause + ")");
        assertThat(answer.headers().firstValue("x-bailey-side")).isEmpty();
    }

    private void assertNeverCame(String path) {
        assertThat(service.requests()).noneMatch(request -> request.line().contains(path + " "));
    }

    private static double shed(Bridge bridge, String cause) {
        return bridge.meters
                .get("bailey.shed")
                .tag("cause", cause)
                .functionCounter()
                .count();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void requestsAboveThoseThatMayBeUnderWayAreShed(HttpClient.Version version) throws Exception {
        try (Bridge bridge = bridge(2, LONG, 64 * 1024).open()) {
            HttpClient client = client(version);
            assertThat(get(client, bridge, "/warm").version()).isEqualTo(version);
            List<CompletableFuture<HttpResponse<String>>> first = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                first.add(client.sendAsync(to(bridge, "/held/" + i).build(), BodyHandlers.ofString()));
            }
            await().until(() -> service.requests().size() == 3);
            assertShed(get(client, bridge, "/shed"), "in-flight");
            assertShed(
                    client.send(
                            to(bridge, "/orders/7")
                                    .PUT(BodyPublishers.ofString("{}"))
                                    .build(),
                            BodyHandlers.ofString()),
                    "in-flight");
            assertThat(shed(bridge, "in-flight")).isEqualTo(2);
            assertThat(bridge.writes.admitted).isEmpty();
            held.countDown();
            for (CompletableFuture<HttpResponse<String>> answer : first) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
            }
            assertThat(get(client, bridge, "/after").statusCode()).isEqualTo(200);
            assertNeverCame("/shed");
            assertNeverCame("/orders/7");
        }
    }

    /** Its event loop stands still for every read whose answer is compared, as a loop with too much to do does. */
    private static final class SlowTap implements ShadowTap {
        @Override
        public boolean wants(Decision decision) {
            LockSupport.parkNanos(Duration.ofMillis(800).toNanos());
            return false;
        }

        @Override
        public void served(ServedExchange exchange) {}
    }

    @Test
    void whileAnEventLoopIsLateAShareOfWhatComesIsShed() throws Exception {
        try (Bridge bridge = bridge(1_000, Duration.ofMillis(60), 64 * 1024)
                .in(Phase.SHADOW_READ)
                .shadow(new SlowTap())
                .open()) {
            List<HttpClient> both = List.of(client(HttpClient.Version.HTTP_1_1), client(HttpClient.Version.HTTP_2));
            for (HttpClient client : both) {
                assertThat(get(client, bridge, "/warm").version()).isEqualTo(client.version());
            }
            int shed = 0;
            for (int pause = 0; pause < 4; pause++) { // one is no load
                shed += get(both.getFirst(), bridge, "/orders/1").statusCode() == 200 ? 0 : 1;
            }
            for (HttpClient client : both) {
                shed += refusedSome(client, bridge);
            }
            assertThat(shed(bridge, "loop-delay")).isEqualTo(shed);
            await().until(() -> {
                for (int i = 0; i < 20; i++) {
                    if (get(both.get(i % 2), bridge, "/later").statusCode() != 200) {
                        return false;
                    }
                }
                return true;
            });
        }
    }

    /** Asks until some requests were shed and others answered; how many were shed. */
    private int refusedSome(HttpClient client, Bridge bridge) throws Exception {
        Set<String> refused = new HashSet<>();
        int answered = 0;
        while (refused.size() < 3 || answered < 3) {
            assertThat(answered).as("answered before any was shed").isLessThan(1_000);
            String path = "/n" + client.version() + answered + "." + refused.size();
            HttpResponse<String> answer = get(client, bridge, path);
            if (answer.statusCode() == 200) {
                answered++;
            } else {
                assertShed(answer, "loop-delay");
                refused.add(path);
            }
        }
        refused.forEach(this::assertNeverCame);
        return refused.size();
    }

    /** A request whose body is sent so far as the test says. */
    private static final class Upload {
        final SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
        final CompletableFuture<HttpResponse<String>> answer;

        Upload(HttpClient client, Bridge bridge) {
            answer = client.sendAsync(
                    to(bridge, "/search")
                            .header("X-Account", "acme")
                            .POST(BodyPublishers.fromPublisher(body))
                            .build(),
                    BodyHandlers.ofString());
        }

        void send(int bytes) {
            await().until(body::hasSubscribers);
            for (int sent = 0; sent < bytes; sent += MIB / 8) {
                body.submit(ByteBuffer.allocate(MIB / 8));
            }
        }
    }

    private static double heldBytes(Bridge bridge) {
        return bridge.meters.get("bailey.held.bytes").gauge().value();
    }

    @Test
    void whileTooManyBytesOfBodiesAreHeldWhatComesIsShed() throws Exception {
        try (Bridge bridge = bridge(1_000, LONG, 32 * MIB)
                .in(Phase.READ_CUTOVER)
                .ramp(Ramp.FULL)
                .open()) {
            List<HttpClient> both = List.of(client(HttpClient.Version.HTTP_1_1), client(HttpClient.Version.HTTP_2));
            List<Upload> first =
                    both.stream().map(client -> new Upload(client, bridge)).toList();
            first.forEach(upload -> upload.send(29 * MIB));
            await().untilAsserted(() -> assertThat(heldBytes(bridge)).isEqualTo(58.0 * MIB));
            for (HttpClient client : both) {
                assertShed(get(client, bridge, "/shed"), "held-bytes");
                assertShed(get(client, bridge, "/orders/7"), "held-bytes");
            }
            assertThat(shed(bridge, "held-bytes")).isEqualTo(4);
            for (Upload upload : first) {
                upload.send(MIB);
                upload.body.close();
                assertThat(upload.answer.get().body()).isEqualTo("ok " + 30 * MIB);
            }
            assertThat(first)
                    .extracting(upload -> upload.answer.get().version())
                    .containsExactly(HttpClient.Version.values());
            await().untilAsserted(() -> assertThat(heldBytes(bridge)).isZero());
            for (HttpClient client : both) {
                assertThat(get(client, bridge, "/after").statusCode()).isEqualTo(200);
            }
            assertNeverCame("/shed");
            assertNeverCame("/orders/7");
        }
    }
}
