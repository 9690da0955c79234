package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.Bridge;
import dev.bailey.gateway.NoLeaks;
import dev.bailey.gateway.RawServer;
import dev.bailey.gateway.upstream.BufferedAnswer.Answered;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.gateway.upstream.BufferedAnswer.Failed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.write.Header;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class HttpSideClientTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private static BufferedRequest request(String method, String target, String body) {
        return new BufferedRequest(
                method,
                target,
                List.of(new Header("X-A", "b"), new Header("Connection", "close"), new Header("Content-Length", "99")),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static BufferedAnswer send(URI side, BufferedRequest request, Duration timeout, int max) {
        try (HttpSideClient client =
                HttpSideClient.open(Bridge.between(side, side).spec(), java.nio.file.Path.of(""), 2)) {
            return client.send(Side.MODERN, request, timeout, max)
                    .toCompletableFuture()
                    .join();
        }
    }

    @Test
    void sendsAWholeRequestUnderThePrefixAndAnswersWithAllOfIt() {
        try (RawServer server = RawServer.saying(201, "made")) {
            BufferedAnswer answer =
                    send(server.url().resolve("/prefix/"), request("POST", "/orders?x=1", "body"), SOON, 1_000);
            assertThat(answer).isInstanceOfSatisfying(Answered.class, answered -> {
                assertThat(answered.status()).isEqualTo(201);
                assertThat(new String(answered.body(), StandardCharsets.UTF_8)).isEqualTo("made");
                assertThat(answered.header("content-length")).contains("4");
            });
            RawServer.Request got = server.requests().getFirst();
            assertThat(got.line()).isEqualTo("POST /prefix/orders?x=1 HTTP/1.1");
            assertThat(got.header("Content-Length")).isEqualTo("4");
            assertThat(got.header("Connection")).isEmpty();
            assertThat(got.header("X-A")).isEqualTo("b");
            assertThat(got.header("Host")).isEqualTo(server.url().getAuthority());
        }
    }

    @Test
    void onlyARefusedConnectionProvesThatNothingWasSent() throws IOException {
        URI nowhere;
        try (ServerSocket taken = new ServerSocket(0)) {
            nowhere = URI.create("http://127.0.0.1:" + taken.getLocalPort());
        }
        assertThat(send(nowhere, request("PUT", "/a", "x"), SOON, 10)).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo(Cause.CONNECT);
            assertThat(failed.sent()).isFalse();
        });
        try (RawServer cutting = RawServer.answering((_, socket, _) -> socket.close())) {
            assertThat(send(cutting.url(), request("PUT", "/a", "x"), SOON, 10))
                    .isInstanceOfSatisfying(Failed.class, failed -> {
                        assertThat(failed.cause()).isEqualTo(Cause.CUT);
                        assertThat(failed.sent()).isTrue();
                    });
        }
    }

    @Test
    void timeAndSizeAreBounded() {
        CountDownLatch end = new CountDownLatch(1);
        try (RawServer slow = RawServer.answering((_, _, out) -> {
            out.write(RawServer.lines("HTTP/1.1 200 OK", "Content-Length: 10", "", "half"));
            out.flush();
            hold(end);
        })) {
            assertThat(send(slow.url(), request("GET", "/a", ""), Duration.ofMillis(200), 100))
                    .isInstanceOfSatisfying(Failed.class, failed -> {
                        assertThat(failed.cause()).isEqualTo(Cause.TIMEOUT);
                        assertThat(failed.sent()).isTrue();
                    });
            end.countDown();
        }
        try (RawServer large = RawServer.saying(200, "x".repeat(1_000))) {
            assertThat(send(large.url(), request("GET", "/a", ""), SOON, 100))
                    .isInstanceOfSatisfying(
                            Failed.class, failed -> assertThat(failed.cause()).isEqualTo(Cause.TOO_LARGE));
        }
    }

    @Test
    void requestsShareItsConnectionsAndWhatWaitsTooLongIsToldUnsent() {
        CountDownLatch end = new CountDownLatch(1);
        try (RawServer server = RawServer.answering((request, _, out) -> {
                    if (request.line().contains("/hold")) {
                        hold(end);
                    }
                    out.write(RawServer.response(200, "ok"));
                });
                HttpSideClient client = HttpSideClient.open(
                        Bridge.between(server.url(), server.url()).spec(), java.nio.file.Path.of(""), 2)) {
            List<CompletableFuture<BufferedAnswer>> quick = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                quick.add(client.send(Side.LEGACY, request("GET", "/a", ""), SOON, 100)
                        .toCompletableFuture());
            }
            quick.forEach(answer -> assertThat(answer.join()).isInstanceOf(Answered.class));
            assertThat(server.connections()).isLessThanOrEqualTo(2);

            var held = List.of(
                    client.send(Side.LEGACY, request("GET", "/hold", ""), SOON, 100)
                            .toCompletableFuture(),
                    client.send(Side.LEGACY, request("GET", "/hold", ""), SOON, 100)
                            .toCompletableFuture());
            assertThat(client.send(Side.LEGACY, request("PUT", "/a", "x"), SOON, 100)
                            .toCompletableFuture()
                            .join())
                    .isInstanceOfSatisfying(Failed.class, failed -> {
                        assertThat(failed.cause()).isEqualTo(Cause.OVERLOADED);
                        assertThat(failed.sent()).isFalse();
                    });
            end.countDown();
            held.forEach(answer -> assertThat(answer.join()).isInstanceOf(Answered.class));
        }
    }

    @Test
    void whatDependsOnAnAnswerMayBlock() {
        try (RawServer server = RawServer.saying(200, "ok");
                HttpSideClient client = HttpSideClient.open(
                        Bridge.between(server.url(), server.url()).spec(), java.nio.file.Path.of(""), 1)) {
            Boolean virtual = client.send(Side.LEGACY, request("GET", "/a", ""), SOON, 100)
                    .thenApply(_ -> Thread.currentThread().isVirtual()
                            && client.send(Side.LEGACY, request("GET", "/b", ""), SOON, 100)
                                            .toCompletableFuture()
                                            .join()
                                    instanceof Answered)
                    .toCompletableFuture()
                    .join();
            assertThat(virtual).isTrue();
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
