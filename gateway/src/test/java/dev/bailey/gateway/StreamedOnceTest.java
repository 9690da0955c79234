package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.Http2Service.Script;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.spec.CheckSpec;
import dev.bailey.model.spec.EjectSpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ReachSpec.HttpVersion;
import dev.bailey.model.spec.RetrySpec;
import io.netty.handler.codec.http2.Http2Error;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A body that streams is gone once a piece of it was passed on: a service that breaks off in its middle gets nothing more of
 * it, and no other address gets what is left, whatever the service says about having begun.
 */
@ExtendWith(NoLeaks.class)
class StreamedOnceTest {

    private static final int PIECE = 1000;
    private static final String CHUNK = Integer.toHexString(PIECE) + "\r\n" + "a".repeat(PIECE) + "\r\n";

    private static final ReachSpec REACH = ReachSpec.DEFAULTS
            .withCheck(new CheckSpec(Duration.ZERO, Duration.ofSeconds(1), 1, 1))
            .withEject(new EjectSpec(0, Duration.ofSeconds(1), 50));

    private static HostPort place(URI url) {
        return new HostPort("127.0.0.1", url.getPort());
    }

    private static Bridge.Builder behind(HttpVersion version, URI one, URI other) {
        return Bridge.between(one, one)
                .limits(LimitsSpec.DEFAULTS.withRetry(new RetrySpec(1, 3)))
                .reach(REACH.withHttp(version).withAddresses(place(one), place(other)), Path.of(""));
    }

    /** A request whose body has begun and goes on. */
    private static void begin(RawClient client, String line) throws Exception {
        client.send(line + " HTTP/1.1\r\nHost: a\r\nX-Account: 7\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK);
    }

    @ParameterizedTest
    @CsvSource({"PUT /orders/1, true", "PUT /orders/1, false", "GET /orders/1, true", "GET /orders/1, false"})
    void serviceOfHttp11ThatClosesInTheMiddle(String line, boolean reused) throws Exception {
        List<String> began = java.util.Collections.synchronizedList(new ArrayList<>());
        RawServer.Script closing = (request, socket, out) -> {
            if (request.line().contains("/warm")) {
                out.write(RawServer.response(200, "warm"));
            } else {
                began.add(request.line());
                for (int came = 0; came < PIECE; ) { // in chunks as they were cut on the way
                    came += request.in().read() == 'a' ? 1 : 0;
                }
                socket.close();
            }
        };
        try (RawServer one = RawServer.streaming(closing);
                RawServer other = RawServer.streaming(closing);
                Bridge bridge =
                        behind(HttpVersion.HTTP_1_1, one.url(), other.url()).open();
                RawClient client = bridge.client()) {
            for (int i = 0; reused && i < 20; i++) {
                assertThat(client.get("/warm").answer().status()).isEqualTo(200);
            }
            begin(client, line);
            assertThat(client.answer().status()).isEqualTo(502);
            assertThat(began).hasSize(1);
        }
    }

    private static final Script REFUSING = stream -> stream.reset(Http2Error.REFUSED_STREAM);
    private static final Script LEAVING = Http2Service.Stream::goAwayBeforeThis;
    private static final Script CLOSING = Http2Service.Stream::closeConnection;

    private static Script script(String name) {
        return switch (name) {
            case "refused" -> REFUSING;
            case "go-away" -> LEAVING;
            default -> CLOSING;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "PUT /orders/1, refused, true", "PUT /orders/1, refused, false", "GET /orders/1, refused, true",
        "GET /orders/1, refused, false", "PUT /orders/1, go-away, true", "PUT /orders/1, go-away, false",
        "GET /orders/1, go-away, true", "GET /orders/1, go-away, false", "PUT /orders/1, closed, true",
        "PUT /orders/1, closed, false", "GET /orders/1, closed, true", "GET /orders/1, closed, false"
    })
    void serviceOfHttp2ThatBreaksOffInTheMiddle(String line, String how, boolean reused) throws Exception {
        Script breaking = stream -> {
            if (stream.path().equals("/warm")) {
                stream.head(200, true);
            } else {
                script(how).answer(stream);
            }
        };
        try (Http2Service one = Http2Service.interrupting(1, breaking);
                Http2Service other = Http2Service.interrupting(1, breaking);
                Bridge bridge =
                        behind(HttpVersion.HTTP_2, one.url(), other.url()).open();
                RawClient client = bridge.client()) {
            for (int i = 0; reused && i < 20; i++) {
                assertThat(client.write("PUT", "/warm", "w").answer().status()).isEqualTo(200);
            }
            begin(client, line);
            assertThat(client.answer().status()).isEqualTo(502);
            List<Http2Service.Stream> arrived = new ArrayList<>(one.streams());
            arrived.addAll(other.streams());
            arrived.removeIf(stream -> stream.path().equals("/warm"));
            assertThat(arrived).hasSize(1);
            assertThat(arrived.getFirst().body).hasSize(PIECE);
        }
    }

    /** What was kept of a read's body goes to legacy from its beginning, and never to modern's other address without it. */
    @ParameterizedTest
    @ValueSource(strings = {"refused", "go-away", "closed"})
    void readOfGrpcThatModernBreaksOffArrivesAtLegacyWhole(String how) throws Exception {
        Script script = script(how);
        Script legacyAnswers = stream -> stream.head(200, true, "content-type", "application/grpc", "grpc-status", "0");
        try (Http2Service legacy = Http2Service.answering(legacyAnswers);
                Http2Service one = Http2Service.interrupting(1, script);
                Http2Service other = Http2Service.interrupting(1, script);
                Bridge bridge = Bridge.between(legacy.url(), one.url())
                        .grpc()
                        .in(Phase.READ_CUTOVER)
                        .ramp(Ramp.FULL)
                        .limits(LimitsSpec.DEFAULTS.withRetry(new RetrySpec(1, 3)))
                        .reach(
                                REACH.withHttp(HttpVersion.HTTP_2).withAddresses(place(one.url()), place(other.url())),
                                Path.of(""))
                        .legacyService(service -> service.withReach(REACH.withHttp(HttpVersion.HTTP_2)))
                        .open();
                RawClient client = bridge.client()) {
            client.send("POST /shop.Orders/Get HTTP/1.1\r\nHost: a\r\nX-Account: 7\r\nTE: trailers\r\n"
                    + "Content-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK);
            await().until(() -> !legacy.streams().isEmpty());
            client.send(CHUNK + "0\r\n\r\n");
            assertThat(client.answer().header("X-Bailey-Side")).isEqualTo("legacy");
            assertThat(legacy.streams()).hasSize(1);
            assertThat(legacy.streams().getFirst().body).hasSize(2 * PIECE);
            assertThat(one.streams().size() + other.streams().size()).isEqualTo(1);
        }
    }
}
