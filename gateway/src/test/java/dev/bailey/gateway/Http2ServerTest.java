package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 over TLS, with the JDK's client. */
@ExtendWith(NoLeaks.class)
class Http2ServerTest {

    @TempDir
    Path folder;

    private final CountDownLatch held = new CountDownLatch(1);
    private RawServer legacy;
    private Bridge bridge;
    private HttpClient client;

    @BeforeEach
    void open() throws Exception {
        legacy = RawServer.answering((request, _, out) -> {
            switch (request.line().split(" ")[1]) {
                case "/big" -> {
                    out.write(RawServer.lines("HTTP/1.1 200 OK", "Content-Length: " + (64 << 20), "", ""));
                    byte[] piece = new byte[64 * 1024];
                    for (int i = 0; i < 1024; i++) {
                        out.write(piece);
                        legacy.sent.addAndGet(piece.length);
                    }
                }
                case "/held" -> {
                    try {
                        held.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    out.write(RawServer.response(200, "late"));
                }
                case "/trailers" ->
                    out.write(RawServer.lines(
                            "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "2", "ok", "0", "X-Check: 1", "", ""));
                case "/none" -> out.write(RawServer.lines("HTTP/1.1 204 No Content", "", ""));
                default ->
                    out.write(RawServer.response(
                            200, "legacy " + request.body().length + " " + request.line(), "Set-Cookie: a=1"));
            }
        });
        Certificates certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        bridge = Bridge.between(legacy.url(), legacy.url())
                .tls(Certificates.spec(), folder)
                .open();
        client = HttpClient.newBuilder()
                .sslContext(certificates.context(Optional.empty()))
                .version(HttpClient.Version.HTTP_2)
                .build();
    }

    @AfterEach
    void close() throws Exception {
        held.countDown();
        client.shutdownNow();
        bridge.close();
        legacy.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(
                URI.create("https://localhost:" + bridge.gateway.address().port() + path));
    }

    @Test
    void requestsGoThroughWithTheirBodiesAndFields() throws Exception {
        HttpResponse<String> answer = client.send(
                to("/other?a=b")
                        .header("X-Mine", "1")
                        .POST(BodyPublishers.ofString("x".repeat(100_000)))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.body()).isEqualTo("legacy 100000 POST /other?a=b HTTP/1.1");
        assertThat(answer.headers().firstValue("x-bailey-side")).contains("legacy");
        assertThat(answer.headers().firstValue("set-cookie")).contains("a=1");
        var got = legacy.requests().getFirst();
        assertThat(got.header("X-Mine")).isEqualTo("1");
        assertThat(got.header("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(got.header("X-Forwarded-Host"))
                .isEqualTo("localhost:" + bridge.gateway.address().port());
        assertThat(got.header("Content-Length")).isEqualTo("100000");
    }

    @Test
    void bodiesOfUnknownLengthAndAnswersWithoutBodyGoThrough() throws Exception {
        HttpResponse<String> answer = client.send(
                to("/other")
                        .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[70_000])))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.body()).startsWith("legacy 70000");
        assertThat(legacy.requests().getFirst().header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(client.send(to("/none").build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(204);
        HttpResponse<String> head =
                client.send(to("/other").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void slicesAreServedAsOverHttp11() throws Exception {
        try (RawServer modern = RawServer.saying(200, "modern");
                Bridge sliced = Bridge.between(legacy.url(), modern.url())
                        .in(Phase.READ_CUTOVER)
                        .ramp(Ramp.FULL)
                        .tls(Certificates.spec(), folder)
                        .open()) {
            URI uri = URI.create("https://localhost:" + sliced.gateway.address().port() + "/orders/7");
            HttpResponse<String> read = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(read.headers().firstValue("x-bailey-side")).contains("modern");
            HttpResponse<String> write = client.send(
                    HttpRequest.newBuilder(uri)
                            .PUT(BodyPublishers.ofString("{}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(write.headers().firstValue("x-bailey-side")).contains("legacy");
            assertThat(sliced.writes.outcomes).hasSize(1);
        }
    }

    @Test
    void manyRequestsShareOneConnection() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        client.send(to("/first").build(), BodyHandlers.ofString());
        for (int i = 0; i < 100; i++) {
            answers.add(client.sendAsync(to("/n" + i).build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i).get().body()).endsWith("GET /n" + i + " HTTP/1.1");
        }
        assertThat(bridge.meters.get("bailey.client.connections").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void clientThatDoesNotReadHoldsTheServiceBackAndNotOtherRequests() throws Exception {
        HttpResponse<InputStream> slow = client.send(to("/big").build(), BodyHandlers.ofInputStream());
        AtomicLong before = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(200))
                .until(() -> before.getAndSet(legacy.sent.get()) == legacy.sent.get());
        assertThat(legacy.sent.get()).isLessThan(48L << 20);
        assertThat(client.send(to("/other").build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        try (InputStream body = slow.body()) {
            assertThat(body.readAllBytes()).hasSize(64 << 20);
        }
    }

    @Test
    void drainingAnswersWhatIsUnderWay() throws Exception {
        CompletableFuture<HttpResponse<String>> late =
                client.sendAsync(to("/held").build(), BodyHandlers.ofString());
        await().until(() -> legacy.requests().size() == 1);
        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> {
            try {
                return bridge.gateway.drain(Duration.ofSeconds(10));
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        });
        await().during(Duration.ofMillis(1_500)).atMost(Duration.ofSeconds(5)).until(() -> !drained.isDone());
        held.countDown();
        assertThat(late.get().body()).isEqualTo("late");
        assertThat(drained.get()).isTrue();
    }
}
