package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.spec.IntakeSpec;
import dev.bailey.model.spec.Network;
import dev.bailey.model.spec.TrustSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The PROXY protocol from a balancer, byte by byte as its specification has it. */
@ExtendWith(NoLeaks.class)
class ProxyProtocolTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private RawServer legacy;
    private Bridge bridge;

    @BeforeEach
    void open() {
        legacy = RawServer.saying(200, "ok");
        bridge = trusting(List.of(Network.parse("127.0.0.0/8").orElseThrow()), List.of());
    }

    private Bridge trusting(List<Network> balancers, List<Network> forwarded) {
        return Bridge.between(legacy.url(), legacy.url())
                .bounds(Bridge.Builder.bounds(1024, Duration.ofSeconds(10))
                        .withTrust(new TrustSpec(balancers, forwarded))
                        .withIntake(new IntakeSpec(Duration.ofMillis(500), 0, 4_096, Duration.ofMillis(500))))
                .open();
    }

    @AfterEach
    void close() {
        bridge.close();
        legacy.close();
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] four(String more) {
        int length = 12 + more.length() / 2;
        return hex(SIGNATURE + "2111" + String.format("%04x", length) + "cb007109 0a000001 1234 0050" + more);
    }

    @Test
    void clientIsWhomTheBalancerNames() throws Exception {
        String six = "20010db8000000000000000000000007";
        byte[][] headers = {
            text("PROXY TCP4 203.0.113.9 10.0.0.1 4660 80\r\n"),
            four(""),
            four("04000a" + "00112233445566778899"),
            text("PROXY TCP6 2001:db8::7 2001:db8::1 4660 80\r\n"),
            text("PROXY TCP6 64:ff9b::203.0.113.9 2001:db8::1 4660 80\r\n"),
            hex(SIGNATURE + "2121 0024" + six + six + "1234 0050"),
            text("PROXY UNKNOWN whatever it says\r\n"),
            hex(SIGNATURE + "2000 0000"),
            hex(SIGNATURE + "2011 000c" + "cb007109 0a000001 1234 0050"),
            hex(SIGNATURE + "2100 0000")
        };
        String[] clients = {
            "203.0.113.9",
            "203.0.113.9",
            "203.0.113.9",
            "2001:db8:0:0:0:0:0:7",
            "64:ff9b:0:0:0:0:cb00:7109",
            "2001:db8:0:0:0:0:0:7",
            "127.0.0.1",
            "127.0.0.1",
            "127.0.0.1",
            "127.0.0.1"
        };
        for (int i = 0; i < headers.length; i++) {
            try (RawClient client = bridge.client()) {
                client.send(headers[i]).get("/a");
                assertThat(client.answer().status()).isEqualTo(200);
                assertThat(client.get("/b").answer().status()).isEqualTo(200);
                assertThat(legacy.requests().getLast().header("X-Forwarded-For"))
                        .isEqualTo(clients[i]);
            }
        }
    }

    @Test
    void headerMayComeByteByByteAndWithTheRequestBehindIt() throws Exception {
        for (byte[] header : new byte[][] {text("PROXY TCP4 203.0.113.9 10.0.0.1 4660 80\r\n"), four("")}) {
            try (RawClient client = bridge.client()) {
                for (byte b : header) {
                    client.send(new byte[] {b});
                }
                assertThat(client.get("/a").answer().status()).isEqualTo(200);
            }
            try (RawClient client = bridge.client()) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.writeBytes(header);
                all.writeBytes(text("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
                assertThat(client.send(all.toByteArray()).answer().status()).isEqualTo(200);
            }
        }
    }

    static Stream<byte[]> wrong() {
        return Stream.of(
                text("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
                text("PROXY TCP4 203.0.113.9 10.0.0.1 4660 80\n"),
                text("PROXY TCP4 203.0.113.9 10.0.0.1 4660\r\n"),
                text("PROXY TCP4 203.0.113.9 10.0.0.1 4660 80 \r\n"),
                text("PROXY TCP4 203.0.113.999 10.0.0.1 4660 80\r\n"),
                text("PROXY TCP4 203.0.113.07 10.0.0.1 4660 80\r\n"),
                text("PROXY TCP4 203.0.113.7 010.0.0.1 4660 80\r\n"),
                text("PROXY TCP6 ::ffff:192.0.02.1 ::1 4660 80\r\n"),
                text("PROXY TCP6 2001:db8::00007 ::1 4660 80\r\n"),
                text("PROXY TCP4 2001:db8::7 10.0.0.1 4660 80\r\n"),
                text("PROXY TCP6 203.0.113.9 10.0.0.1 4660 80\r\n"),
                text("PROXY TCP6 fe80::1%lo fe80::1 4660 80\r\n"),
                text("PROXY TCP6 [2001:db8::7] 2001:db8::1 4660 80\r\n"),
                text("PROXY TCP4 localhost 10.0.0.1 4660 80\r\n"),
                text("PROXY TCP4 203.0.113.9 10.0.0.1 66000 80\r\n"),
                text("PROXY TCP4 203.0.113.9 10.0.0.1 04660 80\r\n"),
                text("PROXY UDP4 203.0.113.9 10.0.0.1 4660 80\r\n"),
                text("PROXY UNKNOWN " + "x".repeat(100) + "\r\n"),
                text("PROXY " + "x".repeat(200)),
                text("PROXY \r\n"),
                hex("0d0a0d0a000d0a515549540b 2111 000c cb007109 0a000001 1234 0050"),
                hex(SIGNATURE + "1111 000c cb007109 0a000001 1234 0050"),
                hex(SIGNATURE + "2211 000c cb007109 0a000001 1234 0050"),
                hex(SIGNATURE + "2112 000c cb007109 0a000001 1234 0050"),
                hex(SIGNATURE + "2111 000b cb007109 0a000001 1234 00"),
                hex(SIGNATURE + "2121 000c cb007109 0a000001 1234 0050"),
                hex(SIGNATURE + "2111 ffff"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsNoHeaderEndsTheConnection(byte[] bytes) throws IOException {
        try (RawClient client = bridge.client()) {
            client.send(bytes);
            client.get("/a");
            assertThat(client.isEnded()).isTrue();
        } catch (java.net.SocketException reset) {
            assertThat(reset).isNotNull();
        }
        try (RawClient last = bridge.client()) {
            assertThat(last.send(four("")).get("/last").answer().status()).isEqualTo(200);
        }
        legacy.receivedOnly("/last");
    }

    @Test
    void headerThatDoesNotComeEndsTheConnection() throws Exception {
        try (RawClient silent = bridge.client();
                RawClient slow = bridge.client()) {
            slow.send("PROXY TCP4 203");
            assertThat(silent.isEnded()).isTrue();
            assertThat(slow.isEnded()).isTrue();
        }
    }

    @Test
    void othersAreNotAskedForOneAndCannotSendOne() throws Exception {
        try (Bridge strange = trusting(List.of(Network.parse("10.0.0.0/8").orElseThrow()), List.of())) {
            try (RawClient client = strange.client()) {
                assertThat(client.get("/a").answer().status()).isEqualTo(200);
                assertThat(legacy.requests().getLast().header("X-Forwarded-For"))
                        .isEqualTo("127.0.0.1");
            }
            try (RawClient client = strange.client()) {
                client.send("PROXY TCP4 203.0.113.9 10.0.0.1 4660 80\r\n").get("/b");
                assertThat(client.answer().status()).isEqualTo(400);
            }
        }
        assertThat(legacy.requests()).hasSize(1);
    }

    @Test
    void trustIsAskedAboutTheClientTheBalancerNames() throws Exception {
        try (Bridge both = trusting(
                List.of(Network.parse("127.0.0.0/8").orElseThrow()),
                List.of(Network.parse("203.0.113.0/24").orElseThrow()))) {
            try (RawClient proxy = both.client()) {
                proxy.send(four("")).request("GET /a HTTP/1.1", "Host: a", "X-Forwarded-For: 198.51.100.1");
                assertThat(proxy.answer().status()).isEqualTo(200);
                assertThat(legacy.requests().getLast().header("X-Forwarded-For"))
                        .isEqualTo("198.51.100.1, 203.0.113.9");
            }
            try (RawClient direct = both.client()) {
                direct.send(hex(SIGNATURE + "2000 0000"))
                        .request("GET /a HTTP/1.1", "Host: a", "X-Forwarded-For: 198.51.100.1");
                assertThat(direct.answer().status()).isEqualTo(200);
                assertThat(legacy.requests().getLast().header("X-Forwarded-For"))
                        .isEqualTo("127.0.0.1");
            }
        }
    }

    @Test
    void forwardedIsCarriedOnFromThoseWhoAreBelieved() throws Exception {
        try (Bridge believing =
                        trusting(List.of(), List.of(Network.parse("127.0.0.0/8").orElseThrow()));
                RawClient proxy = believing.client()) {
            proxy.request(
                    "GET /a HTTP/1.1",
                    "Host: a",
                    "Forwarded: for=198.51.100.1;proto=https",
                    "X-Forwarded-Proto: https");
            assertThat(proxy.answer().status()).isEqualTo(200);
            assertThat(legacy.requests().getLast().header("Forwarded"))
                    .isEqualTo("for=198.51.100.1;proto=https, for=127.0.0.1;proto=http");
            assertThat(legacy.requests().getLast().header("X-Forwarded-Proto")).isEqualTo("https");
        }
        try (Bridge doubting = trusting(List.of(), List.of());
                RawClient proxy = doubting.client()) {
            proxy.request("GET /a HTTP/1.1", "Host: a", "Forwarded: for=198.51.100.1;proto=https");
            assertThat(proxy.answer().status()).isEqualTo(200);
            assertThat(legacy.requests().getLast().header("Forwarded")).isEmpty();
        }
    }

    @Test
    void headerComesBeforeTlsAndBeforeHttp2(@TempDir java.nio.file.Path folder) throws Exception {
        try (RawClient raw = bridge.client()) {
            raw.send(four("")).send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            raw.send(RawHttp2.framed(RawHttp2.SETTINGS, 0, 0, new byte[0]));
            raw.send(RawHttp2.framed(
                    RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, RawHttp2.get("/two")));
            org.awaitility.Awaitility.await().until(() -> legacy.requests().size() == 1);
            assertThat(legacy.requests().getLast().header("X-Forwarded-For")).isEqualTo("203.0.113.9");
        }
        Certificates certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        try (Bridge secure = Bridge.between(legacy.url(), legacy.url())
                        .bounds(Bridge.Builder.bounds(1024, Duration.ofSeconds(10))
                                .withTrust(new TrustSpec(
                                        List.of(Network.parse("127.0.0.0/8").orElseThrow()), List.of())))
                        .tls(Certificates.spec(), folder)
                        .open();
                java.net.Socket plain = new java.net.Socket(
                        "127.0.0.1", secure.gateway.address().port())) {
            plain.getOutputStream().write(four(""));
            SSLSocketFactory factory = certificates.context(Optional.empty()).getSocketFactory();
            try (SSLSocket socket = (SSLSocket) factory.createSocket(plain, "localhost", plain.getPort(), true)) {
                socket.getOutputStream().write(text("GET /tls HTTP/1.1\r\nHost: a\r\n\r\n"));
                assertThat(RawServer.head(socket.getInputStream())).contains("200");
            }
            assertThat(legacy.requests().getLast().header("X-Forwarded-For")).isEqualTo("203.0.113.9");
            assertThat(legacy.requests().getLast().header("X-Forwarded-Proto")).isEqualTo("https");
        }
    }
}
