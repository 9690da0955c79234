package dev.bailey.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawHttp2.Frame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What RFC 9113, 8 asks of requests, in frames written by hand; and what the service behind receives. */
@ExtendWith(NoLeaks.class)
class Http2RulesTest {

    private RawServer legacy;
    private Bridge bridge;

    @BeforeEach
    void open() {
        legacy = RawServer.saying(200, "ok");
        bridge = Bridge.between(legacy.url(), legacy.url()).open();
    }

    @AfterEach
    void close() {
        bridge.close();
        legacy.close();
    }

    private static String[] with(String... more) {
        String[] usual = {":method", "GET", ":scheme", "http", ":authority", "shop.example", ":path", "/a"};
        return Stream.concat(Stream.of(usual), Stream.of(more)).toArray(String[]::new);
    }

    static Stream<List<String>> malformed() {
        return Stream.<String[]>of(
                        with("X-Upper", "1"),
                        with("connection", "close"),
                        with("connection", "x-mine"),
                        with("keep-alive", "5"),
                        with("proxy-connection", "close"),
                        with("transfer-encoding", "chunked"),
                        with("upgrade", "websocket"),
                        with("te", "gzip"),
                        with(":method", "POST"),
                        with(":authority", "other.example"),
                        with("x-before", "1", ":path", "/b"),
                        with(":unknown", "1"),
                        with(":status", "200"),
                        with("host", "other.example"),
                        with("x-a", "b\r\nx-smuggled: 1"),
                        with("x-a", "b\u0000"),
                        with("x-a", "b\n"),
                        with("x-a", " b"),
                        with("x-a", "b\t"),
                        with("x a", "b"),
                        with("x-a:", "b"),
                        with("x-a\r\nx-smuggled", "b"),
                        with("", "b"),
                        with("content-length", "5"),
                        with("content-length", "0", "content-length", "1"),
                        with("content-length", "+0"),
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a.example"},
                        new String[] {":method", "GET", ":authority", "a.example", ":path", "/a"},
                        new String[] {":scheme", "http", ":authority", "a.example", ":path", "/a"},
                        new String[] {":method", "GET", ":scheme", "http", ":path", "/a"},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a.example", ":path", ""},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a.example", ":path", "a"},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a.example", ":path", "/a b"},
                        new String[] {
                            ":method", "GET", ":scheme", "http", ":authority", "a.example", ":path", "/a\r\nX: 1"
                        },
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a.example", ":path", "/../a"},
                        new String[] {":method", "GET", ":scheme", "ftp", ":authority", "a.example", ":path", "/a"},
                        new String[] {":method", "GE T", ":scheme", "http", ":authority", "a.example", ":path", "/a"},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a.example/b", ":path", "/a"},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "u@a.example", ":path", "/a"})
                .map(List::of);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedRequestsEndAloneAndReachNobody(List<String> fields) throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            client.headers(1, true, fields.toArray(String[]::new));
            client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 3, RawHttp2.get("/next"));
            boolean refused = false;
            boolean next = false;
            while (!refused || !next) {
                Frame frame = requireNonNull(client.next(), "the connection ended");
                assertThat(frame.type()).isNotEqualTo(RawHttp2.GOAWAY);
                if (frame.stream() == 1 && frame.type() == RawHttp2.RST_STREAM) {
                    assertThat(frame.error()).isEqualTo(1);
                    refused = true;
                }
                if (frame.stream() == 1 && frame.type() == RawHttp2.DATA) {
                    assertThat(new String(frame.payload(), StandardCharsets.UTF_8))
                            .contains("error");
                    refused = true;
                }
                next |= frame.stream() == 3 && (frame.flags() & RawHttp2.END_STREAM) != 0;
            }
            legacy.receivedOnly("/next");
        }
    }

    @Test
    void bodyMustHaveItsDeclaredLength() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            String[] post = {
                ":method", "POST", ":scheme", "http", ":authority", "a.example", ":path", "/a", "content-length", "5"
            };
            client.headers(1, false, post).frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[4]);
            assertThat(requireNonNull(client.await(RawHttp2.RST_STREAM)).error())
                    .isEqualTo(1);
            client.headers(3, false, post).frame(RawHttp2.DATA, RawHttp2.END_STREAM, 3, new byte[6]);
            assertThat(requireNonNull(client.await(RawHttp2.RST_STREAM)).error())
                    .isEqualTo(1);
            client.headers(5, false, post).frame(RawHttp2.DATA, RawHttp2.END_STREAM, 5, new byte[5]);
            assertThat(requireNonNull(client.await(RawHttp2.DATA)).stream()).isEqualTo(5);
        }
        assertThat(legacy.requests()).hasSize(1);
    }

    @Test
    void crumbsOfCookiesAreJoinedAndTrailersGoOn() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            client.headers(
                    1,
                    false,
                    ":method",
                    "POST",
                    ":scheme",
                    "http",
                    ":authority",
                    "a.example",
                    ":path",
                    "/a",
                    "cookie",
                    "a=1",
                    "x-mine",
                    "1",
                    "cookie",
                    "b=2");
            client.frame(RawHttp2.DATA, 0, 1, "hello".getBytes(StandardCharsets.US_ASCII));
            client.headers(1, true, "x-check", "5", "content-length", "7");
            assertThat(requireNonNull(client.await(RawHttp2.DATA)).stream()).isEqualTo(1);
        }
        assertThat(legacy.requests().getFirst().header("Cookie")).isEqualTo("a=1; b=2");
        assertThat(legacy.requests().getFirst().text()).isEqualTo("hello");
        assertThat(legacy.trailers).containsExactly("x-check: 5");
    }

    @Test
    void connectIsRefusedWithAnAnswer() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            client.headers(
                    1,
                    false,
                    ":method",
                    "CONNECT",
                    ":protocol",
                    "websocket",
                    ":scheme",
                    "http",
                    ":authority",
                    "a.example",
                    ":path",
                    "/chat");
            Frame body = requireNonNull(client.await(RawHttp2.DATA));
            assertThat(new String(body.payload(), StandardCharsets.UTF_8)).contains("CONNECT is not offered");
        }
    }

    @Test
    void prefaceMayComeByteByByteAndPostIsNotTakenForIt() throws Exception {
        try (RawClient client = bridge.client()) {
            byte[] start = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            for (byte b : start) {
                client.send(new byte[] {b});
            }
            client.send(RawHttp2.framed(RawHttp2.SETTINGS, 0, 0, new byte[0]));
            client.send(RawHttp2.framed(
                    RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, RawHttp2.get("/bytewise")));
            org.awaitility.Awaitility.await().until(() -> legacy.requests().size() == 1);
        }
        try (RawClient client = bridge.client()) {
            client.send("P").send("OST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void upgradeToHttp2IsNotPassedOn() throws Exception {
        try (RawClient client = bridge.client()) {
            client.request(
                    "GET /a HTTP/1.1",
                    "Host: a",
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        assertThat(legacy.requests().getFirst().header("Upgrade")).isEmpty();
        assertThat(legacy.requests().getFirst().header("HTTP2-Settings")).isEmpty();
    }
}
