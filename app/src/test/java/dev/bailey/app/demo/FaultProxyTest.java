package dev.bailey.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.app.demo.FaultProxy.Mode;
import dev.bailey.testkit.FaultyUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {

    private static final int SHORT_MS = 300;
    private static final int LONG_MS = 20_000;

    private final FaultyUpstream service = FaultyUpstream.start();
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = FaultProxy.to(service.port());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        service.close();
    }

    private static Socket connect(FaultProxy to) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.port());
        socket.setSoTimeout(LONG_MS);
        return socket;
    }

    private static void put(Socket socket, String key) throws IOException {
        String request =
                "PUT /orders/1 HTTP/1.1\r\nHost: x\r\nIdempotency-Key: " + key + "\r\nContent-Length: 3\r\n\r\none";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static String status(Socket socket) throws IOException {
        byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
        return new String(line, StandardCharsets.US_ASCII);
    }

    @Test
    void passesOnEveryByteBothWaysAndBothEnds() throws Exception {
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        try (ServerSocket echo = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FaultProxy between = FaultProxy.to(echo.getLocalPort());
                Socket socket = connect(between)) {
            Thread.ofVirtual().start(() -> echo(echo));
            Thread.ofVirtual().start(() -> send(socket, sent));

            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
            await().until(() -> between.openConnections() == 0);
        }
    }

    private static void echo(ServerSocket listener) {
        try (Socket accepted = listener.accept()) {
            accepted.getInputStream().transferTo(accepted.getOutputStream());
            accepted.shutdownOutput();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void delaysEachPieceAndKeepsIt() throws Exception {
        try (Socket socket = connect(proxy)) {
            proxy.mode(new Mode.Delay(Duration.ofMillis(SHORT_MS)));
            long before = System.nanoTime();
            put(socket, "late");

            assertThat(status(socket)).isEqualTo("HTTP/1.1 201");
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isGreaterThan(Duration.ofMillis(2L * SHORT_MS - 1));
        }
    }

    @Test
    void swallowsWhatIsSentIntoTheBlackHoleAndCutsThereafter() throws Exception {
        try (Socket before = connect(proxy)) {
            put(before, "first");
            assertThat(status(before)).isEqualTo("HTTP/1.1 201");
            proxy.mode(new Mode.BlackHole());
            put(before, "second");
            try (Socket during = connect(proxy)) {
                put(during, "third");
                during.setSoTimeout(SHORT_MS);
                assertThatThrownBy(() -> during.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

                proxy.mode(new Mode.Pass());
                during.setSoTimeout(LONG_MS);
                assertThatThrownBy(() -> during.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
                assertThatThrownBy(() -> before.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
            }
        }
        assertThat(service.applications()).containsOnlyKeys("first");
        try (Socket after = connect(proxy)) {
            put(after, "fourth");
            assertThat(status(after)).isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void losesTheAnswerOfARequestThatWasDone() throws Exception {
        proxy.mode(new Mode.CutAfterRequest());
        try (Socket socket = connect(proxy)) {
            put(socket, "done");

            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThat(service.applications("done")).isEqualTo(1);
        assertThat(proxy.answersCut()).isEqualTo(1);
    }

    @Test
    void cutsWhatIsOpenAndTakesNewConnections() throws Exception {
        try (Socket socket = connect(proxy)) {
            await().until(() -> proxy.openConnections() == 1);
            proxy.cut();
            InputStream in = socket.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
        }
        try (Socket after = connect(proxy)) {
            put(after, "after");
            assertThat(status(after)).isEqualTo("HTTP/1.1 201");
        }
    }

    @Test
    void refusesAndListensAgainOnItsPort() throws Exception {
        try (Socket socket = connect(proxy)) {
            await().until(() -> proxy.openConnections() == 1);
            proxy.mode(new Mode.Refuse());
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> connect(proxy)).isInstanceOf(ConnectException.class);
        }
        proxy.mode(new Mode.Pass());
        try (Socket after = connect(proxy)) {
            put(after, "after");
            assertThat(status(after)).isEqualTo("HTTP/1.1 201");
        }
    }

    @Test
    void givesBackEveryConnectionWhenTheServiceIsAway() throws Exception {
        service.goAway();
        for (int i = 0; i < FaultProxy.MAX_CONNECTIONS + 10; i++) {
            // it may be cut so soon that connecting ends with it
            assertThatThrownBy(() -> {
                        try (Socket socket = connect(proxy)) {
                            socket.getInputStream().read();
                        }
                    })
                    .isInstanceOf(SocketException.class)
                    .isNotInstanceOf(ConnectException.class);
        }
        await().until(() -> proxy.openConnections() == 0);
    }
}
