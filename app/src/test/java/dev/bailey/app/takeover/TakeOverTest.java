package dev.bailey.app.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.app.wiring.Bailey;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One process takes another's place: both ends here in one JVM, over real sockets. */
class TakeOverTest {

    private static final Duration DRAIN = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private ChatService service;

    @BeforeEach
    void startService() throws IOException {
        service = new ChatService();
    }

    @AfterEach
    void stopService() throws IOException {
        service.close();
    }

    private String text() {
        return """
                bailey: 1
                migration: m
                owner: o
                finishBy: 2027-01-01
                listen: 127.0.0.1:%%PORT%%
                admin: 127.0.0.1:0
                legacy: { url: "http://127.0.0.1:%d" }
                modern: { url: "http://localhost:%d" }
                gateway: { drain: %ds }
                slices:
                  things:
                    state: none
                    entity: path:id
                    routes: [ "GET /things/{id}" ]
                    ramp: { steps: [100%%], dwell: 1s }
                    gates: { minSamples: 5 }
                """.formatted(service.port(), service.port(), DRAIN.toSeconds());
    }

    private static Socket connect(Place place) throws IOException {
        return connect(place, SocketFactory.getDefault());
    }

    private static Socket connect(Place place, SocketFactory sockets) throws IOException {
        Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), place.port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String lines) throws IOException {
        socket.getOutputStream().write((lines + "Host: h\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        String head = ChatService.head(in);
        if (!head.contains(" 101 ") && !head.isEmpty()) {
            in.readNBytes(2);
        }
        return head;
    }

    @Test
    void aKeptConnectionIsServedOnceMoreByTheSuccessorAndAskedToConnectAnew() throws Exception {
        try (Place place = Place.of(folder, text())) {
            Incumbent old = place.start();
            try (Socket kept = connect(place);
                    Socket silent = connect(place)) {
                send(kept, "GET /things/1 HTTP/1.1\r\n");
                assertThat(answer(kept)).contains(" 200 ").doesNotContain("close");
                Incumbent next = place.takeOver();
                assertThat(next.tookFrom())
                        .isEqualTo(Long.toString(ProcessHandle.current().pid()));
                assertThat(old.isHandedOver()).isTrue();

                send(
                        kept,
                        "GET /things/2 HTTP/1.1\r\nX-Forwarded-For: 9.9.9.9\r\nX-Bailey-Relayed: me https 8.8.8.8\r\n");
                assertThat(answer(kept))
                        .contains(" 200 ", "Connection: close", "X-Bailey-Side: legacy")
                        .containsOnlyOnce("X-Request-Id");
                assertThat(kept.getInputStream().read()).isEqualTo(-1);
                assertThat(service.heads.getLast())
                        .startsWith("GET /things/2 ")
                        .contains("X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Host: h\r\n")
                        .doesNotContain("9.9.9.9", "X-Bailey-Relayed");
                // Connected before, it asks for the first time now.
                send(silent, "GET /unmatched HTTP/1.1\r\n");
                assertThat(answer(silent)).contains(" 200 ", "Connection: close");
            }
            old.awaitEnd();
            try (Socket fresh = connect(place)) {
                send(fresh, "GET /things/3 HTTP/1.1\r\n");
                assertThat(answer(fresh)).contains(" 200 ").doesNotContain("close");
            }
        }
    }

    @Test
    void aClientOverTlsIsPassedOnWithItsSchemeAndConnectsAnewOverTls() throws Exception {
        X509Bundle own = new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve("cert.pem"), own.getCertificatePathPEM());
        Files.writeString(folder.resolve("key.pem"), own.getPrivateKeyPEM());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {own.toTrustManager()}, null);
        String secured = text() + "tls: { certificate: cert.pem, key: key.pem }\n";
        try (Place place = Place.of(folder, secured)) {
            Incumbent old = place.start();
            try (Socket kept = connect(place, tls.getSocketFactory())) {
                send(kept, "GET /things/1 HTTP/1.1\r\n");
                assertThat(answer(kept)).contains(" 200 ").doesNotContain("close");
                place.takeOver();
                send(kept, "GET /things/2 HTTP/1.1\r\n");
                assertThat(answer(kept)).contains(" 200 ", "Connection: close");
                assertThat(service.heads.getLast())
                        .startsWith("GET /things/2 ")
                        .contains("X-Forwarded-Proto: https\r\n", "X-Forwarded-For: 127.0.0.1\r\n");
            }
            old.awaitEnd();
            try (Socket fresh = connect(place, tls.getSocketFactory())) {
                send(fresh, "GET /things/3 HTTP/1.1\r\n");
                assertThat(answer(fresh)).contains(" 200 ").doesNotContain("close");
            }
        }
    }

    @Test
    void aTunnelStaysWhereItIsUpToTheDrainLimit() throws Exception {
        try (Place place = Place.of(folder, text())) {
            Incumbent old = place.start();
            try (Socket tunnel = connect(place)) {
                send(tunnel, "GET /chat HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: chat\r\n");
                assertThat(answer(tunnel)).contains(" 101 ");
                long before = System.nanoTime();
                place.takeOver();
                for (int heard = 0; System.nanoTime() - before < DRAIN.toNanos() - 200_000_000L; heard++) {
                    tunnel.getOutputStream().write(heard & 0x7f);
                    assertThat(tunnel.getInputStream().read()).isEqualTo(heard & 0x7f);
                }
                assertThat(tunnel.getInputStream().read()).isEqualTo(-1);
                assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(DRAIN.toNanos());
                old.awaitEnd();
            }
        }
    }

    @Test
    void takesOverAgainAndAgain() throws Exception {
        try (Place place = Place.of(folder, text())) {
            Incumbent last = place.start();
            for (int time = 0; time < 3; time++) {
                try (Socket kept = connect(place)) {
                    send(kept, "GET /things/1 HTTP/1.1\r\n");
                    assertThat(answer(kept)).contains(" 200 ");
                    Incumbent next = place.takeOver();
                    send(kept, "GET /things/1 HTTP/1.1\r\n");
                    assertThat(answer(kept)).contains(" 200 ", "Connection: close");
                    last.awaitEnd();
                    last = next;
                }
            }
        }
    }

    @Test
    void whereNobodyIsItStartsAsUsual() throws Exception {
        try (Place place = Place.of(folder, text())) {
            Files.createDirectories(place.data);
            Files.writeString(place.data.resolve("take-over.sock"), ""); // as a process that was killed leaves it
            Incumbent first = place.takeOver();
            assertThat(first.tookFrom()).isEmpty();
            try (Socket client = connect(place)) {
                send(client, "GET /things/1 HTTP/1.1\r\n");
                assertThat(answer(client)).contains(" 200 ");
            }
        }
    }

    @Test
    void aPlainStartAtABusyPortIsRefused() throws Exception {
        Path another = Files.createDirectory(folder.resolve("other"));
        try (Place place = Place.of(folder, text());
                Place other = Place.of(another, text(), place.port)) {
            place.start();
            assertThatThrownBy(other::start)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + place.port)
                    .hasMessageContaining("another process has the port");
            Incumbent next = place.takeOver();
            assertThatThrownBy(other::start).hasMessageContaining("cannot listen on");
            assertThat(next.isHandedOver()).isFalse();
        }
    }

    @Test
    void whoeverDoesNotAnswerIsLeftAlone() throws Exception {
        try (Place place = Place.of(folder, text());
                ServerSocketChannel deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Files.createDirectories(place.data);
            deaf.bind(UnixDomainSocketAddress.of(place.data.resolve("take-over.sock")));
            assertThatThrownBy(() -> place.takeOver(Duration.ofMillis(200)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("did not give it up")
                    .hasMessageContaining("it goes on");
        }
    }

    /** It hung, and heard too late that the other one was ready: there must not be two for long. */
    @Test
    @Timeout(60)
    void whoFindsAnotherCarryingItsClientsEnds() throws Exception {
        try (Place place = Place.of(folder, text().replace("drain:", "takeOverWait: 1s, drain:"))) {
            Incumbent late = place.start();
            try (Line line = Door.knock(place.data).orElseThrow()) {
                line.say(TakeOver.ASK + "1");
                assertThat(line.hear(Duration.ofSeconds(10)).toString()).contains(TakeOver.RELEASED);
                try (Bailey other = place.successor(TakeOver.token())) {
                    other.begin();
                    try (Door attended = Door.open(place.data)) {
                        late.awaitEnd();
                        assertThat(late.isHandedOver()).isTrue();
                        try (Socket fresh = connect(place)) {
                            send(fresh, "GET /things/1 HTTP/1.1\r\n");
                            assertThat(answer(fresh)).contains(" 200 ");
                        }
                        assertThat(attended).isNotNull();
                    }
                }
            }
        }
    }

    @Test
    void strangersAtTheRelayAreRefused() throws Exception {
        try (Place place = Place.of(folder, text())) {
            place.start();
            Incumbent next = place.takeOver();
            try (Socket stranger =
                    new Socket("127.0.0.1", next.bailey().relayAddress().port())) {
                send(stranger, "GET /things/1 HTTP/1.1\r\nX-Bailey-Relayed: guess https 10.0.0.1\r\n");
                assertThat(ChatService.head(stranger.getInputStream())).contains(" 403 ");
            }
        }
    }
}
