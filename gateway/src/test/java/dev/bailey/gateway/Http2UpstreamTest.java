package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.Http2Service.Script;
import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.gateway.upstream.BufferedAnswer.Answered;
import dev.bailey.gateway.upstream.BufferedAnswer.Failed;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.HttpSideClient;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ReachSpec.HttpVersion;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** HTTP/2 to services that speak nothing else, from clients of HTTP/1.1. */
@ExtendWith(NoLeaks.class)
class Http2UpstreamTest {

    private static final ReachSpec HTTP_2 = ReachSpec.DEFAULTS.withHttp(HttpVersion.HTTP_2);

    private static Bridge.Builder before(Http2Service service) {
        return Bridge.between(service.url(), service.url()).reach(HTTP_2, Path.of(""));
    }

    private static final Script ECHO = stream -> stream.head(200, false, "x-mine", "1")
            .data(stream.headers.method() + " " + stream.path() + " " + stream.body, true);

    @Test
    void requestsAndAnswersAreTurnedFromOneVersionIntoTheOther() throws Exception {
        try (Http2Service service = Http2Service.answering(ECHO);
                Bridge bridge = before(service).open();
                RawClient client = bridge.client()) {
            client.write("POST", "/other?a=b", "hello", "X-Mine: 1", "Connection: X-Own", "X-Own: 2", "TE: trailers");
            Answer answer = client.answer();
            assertThat(answer.text()).isEqualTo("POST /other?a=b hello");
            assertThat(answer.header("X-Mine")).isEqualTo("1");
            assertThat(answer.header("X-Bailey-Side")).isEqualTo("legacy");
            assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
            var headers = service.streams().getFirst().headers;
            assertThat(String.valueOf(headers.authority()))
                    .isEqualTo(service.url().getAuthority());
            assertThat(String.valueOf(headers.scheme())).isEqualTo("http");
            assertThat(String.valueOf(headers.get("x-forwarded-host"))).isEqualTo("shop.example");
            assertThat(String.valueOf(headers.get("content-length"))).isEqualTo("5");
            assertThat(headers.get("x-mine")).isNotNull();
            for (String gone : new String[] {"host", "connection", "x-own", "te", "transfer-encoding"}) {
                assertThat(headers.contains(gone)).as(gone).isFalse();
            }
        }
    }

    @Test
    void chunkedBodiesAndTrailersGoBothWays() throws Exception {
        Script script = stream -> stream.head(200, false).data("ok", false).trailers("x-sum", "7");
        try (Http2Service service = Http2Service.answering(script);
                Bridge bridge = before(service).open();
                RawClient client = bridge.client()) {
            client.send(RawServer.lines(
                    "POST /up HTTP/1.1",
                    "Host: a",
                    "Transfer-Encoding: chunked",
                    "",
                    "5",
                    "hello",
                    "0",
                    "X-Check: 5",
                    "",
                    ""));
            assertThat(RawServer.head(client.in())).contains("Transfer-Encoding: chunked");
            assertThat(new String(client.in().readNBytes(22), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("2\r\nok\r\n0\r\nx-sum: 7\r\n\r\n".substring(0, 22));
            var stream = service.streams().getFirst();
            assertThat(stream.body.toString()).isEqualTo("hello");
            assertThat(String.valueOf(
                            java.util.Objects.requireNonNull(stream.trailers).get("x-check")))
                    .isEqualTo("5");
        }
    }

    @Test
    void answersWithoutABodyAreWhole() throws Exception {
        Script script = stream -> {
            switch (stream.path()) {
                case "/none" -> stream.head(204, true);
                case "/same" -> stream.head(304, true, "etag", "\"1\"", "content-length", "99");
                case "/early" ->
                    stream.head(103, false, "link", "</x>").head(200, false).data("ok", true);
                default -> stream.head(200, true);
            }
        };
        try (Http2Service service = Http2Service.answering(script);
                Bridge bridge = before(service).open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/none").answer().status()).isEqualTo(204);
            assertThat(client.get("/same").answer().status()).isEqualTo(304);
            Answer empty = client.get("/empty").answer();
            assertThat(empty.status()).isEqualTo(200);
            assertThat(empty.header("Content-Length")).isEqualTo("0");
            client.request("HEAD /empty HTTP/1.1", "Host: a");
            assertThat(client.answer(true).status()).isEqualTo(200);
            assertThat(client.get("/early").answer().status()).isEqualTo(103);
            assertThat(client.answer().text()).isEqualTo("ok");
        }
    }

    @Test
    void manyCallsShareOneConnection() throws Exception {
        List<Http2Service.Stream> held = java.util.Collections.synchronizedList(new ArrayList<>());
        try (Http2Service service = Http2Service.answering(held::add);
                HttpSideClient client = HttpSideClient.open(before(service).spec(), Path.of(""), 4)) {
            List<java.util.concurrent.CompletableFuture<?>> answers = new ArrayList<>();
            for (int i = 0; i < 90; i++) {
                answers.add(client.send(
                                Side.LEGACY,
                                new BufferedRequest("GET", "/n" + i, List.of(), new byte[0]),
                                Duration.ofSeconds(20),
                                100)
                        .thenAccept(answer -> assertThat(answer).isInstanceOf(Answered.class))
                        .toCompletableFuture());
            }
            await().until(() -> held.size() == 90);
            assertThat(service.connections()).isEqualTo(1);
            List.copyOf(held).forEach(stream -> stream.head(200, false).data("ok", true));
            answers.forEach(java.util.concurrent.CompletableFuture::join);
        }
    }

    @Test
    void callsOverTheServicesLimitWaitOrTakeAnotherConnection() throws Exception {
        try (Http2Service service = new Http2Service(null, 3, ECHO);
                HttpSideClient client = HttpSideClient.open(before(service).spec(), Path.of(""), 2)) {
            List<java.util.concurrent.CompletableFuture<?>> answers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                answers.add(client.send(
                                Side.LEGACY,
                                new BufferedRequest("PUT", "/n" + i, List.of(), new byte[] {'x'}),
                                Duration.ofSeconds(20),
                                100)
                        .thenAccept(answer -> assertThat(answer).isInstanceOf(Answered.class))
                        .toCompletableFuture());
            }
            answers.forEach(java.util.concurrent.CompletableFuture::join);
            assertThat(service.connections()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void requestsTheServiceDidNotBeginAreSentAgainWhateverTheyAre() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        Script refusing = stream -> {
            if (seen.getAndIncrement() == 0) {
                stream.reset(Http2Error.REFUSED_STREAM);
            } else {
                ECHO.answer(stream);
            }
        };
        try (Http2Service service = Http2Service.answering(refusing);
                HttpSideClient client = HttpSideClient.open(before(service).spec(), Path.of(""), 1)) {
            assertThat(client.send(
                                    Side.LEGACY,
                                    new BufferedRequest("PUT", "/a", List.of(), new byte[] {'x'}),
                                    Duration.ofSeconds(20),
                                    100)
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(Answered.class);
            assertThat(service.streams()).hasSize(2);
        }
    }

    /** A body that streamed is gone once it was sent: what is left of it must not become a write of its own elsewhere. */
    @Test
    void streamedWriteThatIsRefusedNeverArrivesElsewhereWithoutItsBeginning() throws Exception {
        Script refusing = stream -> stream.reset(Http2Error.REFUSED_STREAM);
        try (Http2Service one = Http2Service.answering(refusing);
                Http2Service other = Http2Service.answering(refusing);
                Bridge bridge = before(one)
                        .reach(HTTP_2.withAddresses(place(one), place(other)), Path.of(""))
                        .open();
                RawClient client = bridge.client()) {
            int length = 200 * 1024; // above what is held
            client.send("POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(length) + "\r\n" + "x".repeat(length) + "\r\n0\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(502);
            List<Http2Service.Stream> arrived = new ArrayList<>(one.streams());
            arrived.addAll(other.streams());
            assertThat(arrived).hasSize(1);
            assertThat(arrived.getFirst().body).hasSize(length);
        }
    }

    private static HostPort place(Http2Service service) {
        return new HostPort("127.0.0.1", service.url().getPort());
    }

    @Test
    void requestsBehindGoAwayAreSentAgainOnAnotherConnection() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        Script leaving = stream -> {
            if (seen.getAndIncrement() == 1) {
                stream.goAwayBeforeThis();
            } else {
                ECHO.answer(stream);
            }
        };
        try (Http2Service service = Http2Service.answering(leaving);
                HttpSideClient client = HttpSideClient.open(before(service).spec(), Path.of(""), 1)) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(
                                        Side.LEGACY,
                                        new BufferedRequest("PUT", "/n" + i, List.of(), new byte[] {'x'}),
                                        Duration.ofSeconds(20),
                                        100)
                                .toCompletableFuture()
                                .join())
                        .isInstanceOf(Answered.class);
            }
            assertThat(service.connections()).isEqualTo(2);
        }
    }

    @Test
    void requestsThatMayHaveBeenBegunAreNotSentAgain() throws Exception {
        for (Script script : List.<Script>of(
                stream -> stream.reset(Http2Error.INTERNAL_ERROR), Http2Service.Stream::closeConnection)) {
            try (Http2Service service = Http2Service.answering(script);
                    Bridge bridge = before(service).open();
                    RawClient client = bridge.client()) {
                assertThat(client.write("PUT", "/orders/1", "x").answer().status())
                        .isEqualTo(502);
                assertThat(service.streams()).hasSize(1);
                assertThat(bridge.writes.outcomes).hasSize(1);
            }
        }
    }

    @Test
    void modernThatResetsGivesWayToLegacy() throws Exception {
        try (Http2Service legacy = Http2Service.answering(ECHO);
                Http2Service modern = Http2Service.answering(stream -> stream.reset(Http2Error.INTERNAL_ERROR));
                Bridge bridge = Bridge.between(legacy.url(), modern.url())
                        .reach(HTTP_2, Path.of(""))
                        .in(Phase.READ_CUTOVER)
                        .ramp(Ramp.FULL)
                        .open();
                RawClient client = bridge.client()) {
            Answer answer = client.get("/orders/1").answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-Bailey-Side")).isEqualTo("legacy");
        }
    }

    @Test
    void answerThatBreaksOffIsCutForTheClientToo() throws Exception {
        Script script = stream -> stream.head(200, false, "content-length", "10")
                .data("hello", false)
                .reset(Http2Error.INTERNAL_ERROR);
        try (Http2Service service = Http2Service.answering(script);
                Bridge bridge = before(service).open();
                RawClient client = bridge.client()) {
            client.get("/a");
            RawServer.head(client.in());
            assertThat(client.in().readAllBytes().length).isLessThan(10);
        } catch (IOException reset) {
            assertThat(reset).isNotNull();
        }
    }

    @Test
    void answerLongerOrShorterThanItsLengthIsCut() throws Exception {
        for (String body : new String[] {"hell", "hello!"}) {
            Script script =
                    stream -> stream.head(200, false, "content-length", "5").data(body, true);
            try (Http2Service service = Http2Service.answering(script);
                    Bridge bridge = before(service).open();
                    RawClient client = bridge.client()) {
                client.get("/a");
                String head = RawServer.head(client.in());
                assertThat(head).doesNotContain("200 OK\r\n\r\nhello");
                assertThat(client.in().readAllBytes().length).isLessThan(5);
            } catch (IOException reset) {
                assertThat(reset).isNotNull();
            }
        }
    }

    @Test
    void serviceThatSpeaksOnlyHttp11IsSentNothing() throws Exception {
        try (RawServer service = RawServer.saying(200, "ok");
                HttpSideClient client = HttpSideClient.open(
                        Bridge.between(service.url(), service.url())
                                .reach(HTTP_2, Path.of(""))
                                .spec(),
                        Path.of(""),
                        1)) {
            assertThat(client.send(
                                    Side.LEGACY,
                                    new BufferedRequest("PUT", "/a", List.of(), new byte[] {'x'}),
                                    Duration.ofSeconds(20),
                                    100)
                            .toCompletableFuture()
                            .join())
                    .isInstanceOfSatisfying(
                            Failed.class, failed -> assertThat(failed.sent()).isFalse());
        }
    }

    @Test
    void silentServiceTimesOut() throws Exception {
        try (Http2Service service = Http2Service.answering(_ -> {});
                Bridge bridge = before(service).timeout(Duration.ofMillis(300)).open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/orders/1").answer().status()).isEqualTo(504);
            assertThat(client.get("/orders/2").answer().status()).isEqualTo(504);
        }
    }

    /** Two gateways, with HTTP/2 between them; at both ends HTTP/1.1. */
    @Test
    void largeBodiesGoThroughBothWaysAtTheReadersPace() throws Exception {
        int size = 32 << 20;
        byte[] piece = new byte[64 * 1024];
        AtomicLong sent = new AtomicLong();
        AtomicLong answered = new AtomicLong();
        CountDownLatch reads = new CountDownLatch(1);
        try (RawServer last = RawServer.streaming((request, _, out) -> {
                    try {
                        reads.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    int came = RawServer.body(request.head(), request.in()).length;
                    out.write(RawServer.lines("HTTP/1.1 200 OK", "Content-Length: " + came, "", ""));
                    while (answered.get() < came) {
                        out.write(piece);
                        answered.addAndGet(piece.length);
                    }
                });
                Bridge inner = Bridge.between(last.url(), last.url())
                        .bounds(Bridge.Builder.patient())
                        .open();
                Bridge outer = Bridge.between(url(inner), url(inner))
                        .bounds(Bridge.Builder.patient())
                        .reach(HTTP_2, Path.of(""))
                        .open();
                RawClient client = new RawClient(outer.gateway.address(), 64 * 1024)) {
            Thread uploader = Thread.ofVirtual().start(() -> {
                try {
                    client.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
                    while (sent.get() < size) {
                        client.send(piece);
                        sent.addAndGet(piece.length);
                    }
                } catch (IOException gone) {
                    throw new java.io.UncheckedIOException(gone);
                }
            });
            awaitStandstill(sent);
            assertThat(sent.get()).as("sent while the service does not read").isLessThan(size * 3L / 4);
            reads.countDown();
            uploader.join();
            awaitStandstill(answered);
            assertThat(answered.get())
                    .as("answered while the client does not read")
                    .isLessThan(size * 3L / 4);
            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).hasSize(size);
        }
    }

    private static java.net.URI url(Bridge bridge) {
        return java.net.URI.create(
                "http://127.0.0.1:" + bridge.gateway.address().port());
    }

    private static void awaitStandstill(AtomicLong moved) {
        AtomicLong before = new AtomicLong();
        await().pollInterval(Duration.ofMillis(200))
                .until(() -> moved.get() > 0 && before.getAndSet(moved.get()) == moved.get());
    }
}
