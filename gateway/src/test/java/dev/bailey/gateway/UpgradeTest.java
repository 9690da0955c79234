package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code Upgrade} (RFC 9110, 7.8): a tunnel where the service takes the offer, an ordinary request where it does not. */
@ExtendWith(NoLeaks.class)
class UpgradeTest {

    private static final String OFFER = "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

    /** Takes the offer and echoes four bytes at a time. */
    private static RawServer echo() {
        return RawServer.streaming((request, _, out) -> {
            if (request.header("Upgrade").isEmpty()) {
                out.write(RawServer.response(200, request.line()));
                return;
            }
            out.write(RawServer.lines(
                    "HTTP/1.1 101 Switching Protocols",
                    "Connection: upgrade",
                    "Upgrade: echo",
                    "Content-Length: 4",
                    "",
                    ""));
            out.flush();
            byte[] four;
            while ((four = request.in().readNBytes(4)).length == 4) {
                out.write(four);
                out.flush();
            }
        });
    }

    private static String four(RawClient client) throws IOException {
        return new String(client.in().readNBytes(4), StandardCharsets.US_ASCII);
    }

    @Test
    void bytesSentRightBehindTheOfferReachTheTunnel() throws IOException {
        try (RawServer legacy = echo();
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client()) {
            client.send(OFFER + "abcd");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.header("Upgrade")).isEqualTo("echo");
            assertThat(answer.header("Connection")).isEqualToIgnoringCase("upgrade");
            assertThat(answer.header("Content-Length")).isEmpty();
            assertThat(four(client)).isEqualTo("abcd");
            client.send("GET ");
            assertThat(four(client)).isEqualTo("GET ");
        }
    }

    @Test
    void whatFollowsARefusedOfferIsTheNextRequest() throws IOException {
        try (RawServer legacy =
                        RawServer.answering((request, _, out) -> out.write(RawServer.response(200, request.line())));
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client()) {
            client.send(OFFER + "GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.answer().text()).isEqualTo("GET /ws HTTP/1.1");
            assertThat(client.answer().text()).isEqualTo("GET /next HTTP/1.1");
        }
    }

    /** A service that spoke HTTP/2 or TLS in a tunnel would answer requests that were never routed. */
    @Test
    void offersThatWouldHideRequestsStayBehind() throws IOException {
        try (RawServer legacy = echo();
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client()) {
            for (String offer : new String[] {"h2c", "H2C", "echo, h2c", "TLS/1.0", "HTTP/2.0"}) {
                client.request(
                        "GET /a HTTP/1.1",
                        "Host: h",
                        "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: " + offer,
                        "HTTP2-Settings: AAMAAABkAAQAAP__");
                assertThat(client.answer().status()).as(offer).isEqualTo(200);
            }
            client.request("GET /a HTTP/1.1", "Host: h", "Connection: Upgrade", "Upgrade: echo", "Upgrade: h2c");
            assertThat(client.answer().status()).isEqualTo(200);
            client.request("GET /a HTTP/1.1", "Host: h", "Upgrade: echo");
            assertThat(client.answer().status()).isEqualTo(200);
            client.request("GET /a HTTP/1.0", "Connection: Upgrade, keep-alive", "Upgrade: echo");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(legacy.requests())
                    .allSatisfy(request -> assertThat(request.header("Upgrade") + request.header("HTTP2-Settings"))
                            .isEmpty());
        }
    }
}
