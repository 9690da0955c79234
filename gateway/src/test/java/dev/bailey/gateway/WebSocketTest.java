package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.spec.ReachSpec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets of the JDK's client through the gateway. */
@ExtendWith(NoLeaks.class)
class WebSocketTest {

    @TempDir
    Path folder;

    private WebSocketService legacy;
    private WebSocketService modern;
    private HttpClient client;

    @BeforeEach
    void open() {
        legacy = new WebSocketService("legacy", null);
        modern = new WebSocketService("modern", null);
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void close() {
        client.shutdownNow();
        legacy.close();
        modern.close();
    }

    /** What one WebSocket heard, as text. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> came = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private int bytes;

        String next() throws InterruptedException {
            return String.valueOf(came.poll(10, TimeUnit.SECONDS));
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                came.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes += data.remaining();
            if (last) {
                came.add("bytes " + bytes);
                bytes = 0;
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            came.add("pong");
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            came.add("closed " + status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            came.add("cut");
        }
    }

    private WebSocket connect(HttpClient with, String scheme, Bridge bridge, Heard heard) {
        return with.newWebSocketBuilder()
                .subprotocols("chat")
                .buildAsync(
                        URI.create(scheme + "://localhost:"
                                + bridge.gateway.address().port() + "/orders/7"),
                        heard)
                .join();
    }

    private Bridge bridge(Phase phase, Ramp ramp) {
        return Bridge.between(legacy.url(), modern.url())
                .in(phase)
                .ramp(ramp)
                .bounds(Bridge.Builder.bounds(64 * 1024, Duration.ofMillis(500)))
                .open();
    }

    private static void talk(WebSocket socket, Heard heard, String name) throws Exception {
        socket.sendText("hello", true).join();
        assertThat(heard.next()).isEqualTo(name + " heard hello");
        socket.sendBinary(ByteBuffer.allocate(300_000), true).join();
        assertThat(heard.next()).isEqualTo("bytes 300000");
        socket.sendPing(ByteBuffer.allocate(4)).join();
        assertThat(heard.next()).isEqualTo("pong");
        assertThat(socket.getSubprotocol()).isEqualTo("chat");
    }

    @Test
    void messagesGoBothWaysUntilTheClose() throws Exception {
        Heard heard = new Heard();
        try (Bridge bridge = bridge(Phase.LEGACY_ONLY, Ramp.NONE)) {
            WebSocket socket = connect(client, "ws", bridge, heard);
            talk(socket, heard, "legacy");
            socket.sendClose(4_001, "enough").join();
            assertThat(heard.next()).isEqualTo("closed 4001");
            org.awaitility.Awaitility.await()
                    .until(() -> bridge.meters.get("bailey.in.flight").gauge().value() == 0);
        }
    }

    @Test
    void socketMayBeSilentForLongerThanAnIdleConnection() throws Exception {
        Heard heard = new Heard();
        try (Bridge bridge = bridge(Phase.LEGACY_ONLY, Ramp.NONE)) {
            WebSocket socket = connect(client, "ws", bridge, heard);
            Thread.sleep(1_200); // more than twice the idle timeout: what is shown is that nothing happens
            talk(socket, heard, "legacy");
            socket.abort();
        }
    }

    @Test
    void socketStaysOnItsSideWhenTheSliceMoves() throws Exception {
        Heard before = new Heard();
        Heard after = new Heard();
        try (Bridge bridge = bridge(Phase.READ_CUTOVER, Ramp.FULL)) {
            WebSocket first = connect(client, "ws", bridge, before);
            talk(first, before, "modern");
            bridge.move(Phase.LEGACY_ONLY, Ramp.NONE);
            WebSocket second = connect(client, "ws", bridge, after);
            talk(second, after, "legacy");
            talk(first, before, "modern");
            first.abort();
            second.abort();
        }
    }

    private static CompletableFuture<Boolean> drain(Bridge bridge, Duration atMost) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return bridge.gateway.drain(atMost);
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        });
    }

    @Test
    void drainingKeepsSocketsUntilTheirEndOrTheLimit() throws Exception {
        Heard heard = new Heard();
        try (Bridge bridge = bridge(Phase.LEGACY_ONLY, Ramp.NONE)) {
            WebSocket socket = connect(client, "ws", bridge, heard);
            talk(socket, heard, "legacy");
            CompletableFuture<Boolean> drained = drain(bridge, Duration.ofSeconds(20));
            org.awaitility.Awaitility.await()
                    .during(Duration.ofMillis(1_500))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !drained.isDone());
            talk(socket, heard, "legacy");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
        }
        try (Bridge bridge = bridge(Phase.LEGACY_ONLY, Ramp.NONE)) {
            Heard kept = new Heard();
            WebSocket socket = connect(client, "ws", bridge, kept);
            assertThat(drain(bridge, Duration.ofSeconds(2)).get()).isFalse();
            talk(socket, kept, "legacy");
            bridge.close();
            assertThat(kept.next()).isIn("cut", "closed 1006");
        }
    }

    @Test
    void socketsGoOverTlsOnBothSidesAlsoWhereTheServiceHasHttp2(@TempDir Path ofServices) throws Exception {
        Certificates certificates = new Certificates();
        X509Bundle localhost = certificates.server("localhost");
        certificates.write(localhost, folder);
        SslContext both = SslContextBuilder.forServer(
                        localhost.getKeyPair().getPrivate(), localhost.getCertificatePath())
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();
        Heard heard = new Heard();
        try (WebSocketService secure = new WebSocketService("secure", both);
                Bridge bridge = Bridge.between(secure.url(), secure.url())
                        .reach(
                                ReachSpec.DEFAULTS.withTls(new ReachSpec.Tls(
                                        Optional.of("ca.pem"), Optional.empty(), Optional.empty(), Optional.empty())),
                                folder)
                        .tls(Certificates.spec(), folder)
                        .open();
                HttpClient trusting = HttpClient.newBuilder()
                        .sslContext(certificates.context(Optional.empty()))
                        .build()) {
            WebSocket socket = connect(trusting, "wss", bridge, heard);
            talk(socket, heard, "secure");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            assertThat(heard.next()).isEqualTo("closed 1000");
        }
    }
}
