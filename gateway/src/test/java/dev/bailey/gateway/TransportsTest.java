package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.bailey.gateway.tls.TlsProvider;
import dev.bailey.gateway.upstream.Transport;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import io.netty.handler.ssl.OpenSsl;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The same over the ways to drive sockets that other kernels have; all other tests take the best one of this machine. */
@ExtendWith(NoLeaks.class)
class TransportsTest {

    private static final String PROPERTY = "bailey.transport";
    private static final int LARGE = 8 << 20;

    private final @Nullable String before = System.getProperty(PROPERTY);

    @TempDir
    Path folder;

    private HttpClient client = HttpClient.newHttpClient();

    private static void take(Transport transport) {
        boolean there = switch (transport) {
            case IO_URING -> IoUring.isAvailable();
            case EPOLL -> Epoll.isAvailable();
            case NIO -> true;
        };
        assumeTrue(there, transport + " is not on this machine");
        System.setProperty(PROPERTY, transport.name().toLowerCase(Locale.ROOT));
        assertThat(Transport.best()).isEqualTo(transport);
    }

    @AfterEach
    void putBack() {
        client.shutdownNow();
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void linuxHasWhatIsCheapest() {
        System.clearProperty(PROPERTY);
        assertThat(Epoll.isAvailable())
                .as("epoll: %s", Epoll.unavailabilityCause())
                .isTrue();
        assertThat(OpenSsl.isAvailable())
                .as("BoringSSL: %s", OpenSsl.unavailabilityCause())
                .isTrue();
        assertThat(OpenSsl.versionString()).isEqualTo("BoringSSL");
        assertThat(TlsProvider.label()).isEqualTo("BoringSSL");
        assumeTrue(IoUring.isAvailable(), "io_uring is not on this machine: " + IoUring.unavailabilityCause());
        assertThat(Transport.best()).isEqualTo(Transport.IO_URING);
    }

    @Test
    void theLogSaysWhatIsUsed() throws Exception {
        System.setProperty(PROPERTY, "nio");
        Certificates certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        Logger log = (Logger) LoggerFactory.getLogger(Gateway.class);
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        log.addAppender(told);
        URI nowhere = Bridge.nowhere();
        try {
            Bridge.between(nowhere, nowhere)
                    .tls(Certificates.spec(), folder)
                    .open()
                    .close();
        } finally {
            log.detachAppender(told);
        }
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("sockets are driven by nio, TLS by " + TlsProvider.label());
    }

    private static RawServer echo() {
        return RawServer.answering((request, _, out) ->
                out.write(RawServer.response(200, request.line().split(" ")[1] + request.text())));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IO_URING")
    void connectionsAreKeptAndRequestsPipelined(Transport transport) throws Exception {
        take(transport);
        try (RawServer legacy = echo();
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client()) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.get("/" + i).answer().text()).isEqualTo("/" + i);
            }
            assertThat(legacy.connections()).isEqualTo(1);
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                all.append("POST /p" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
            }
            client.send(all.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(client.answer().text()).isEqualTo("/p" + i + "ab");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IO_URING")
    void largeBodiesGoThroughWhole(Transport transport) throws Exception {
        take(transport);
        byte[] large = new byte[LARGE];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) ('a' + i % 23);
        }
        try (RawServer legacy = RawServer.answering((request, _, out) -> {
                    out.write(RawServer.lines("HTTP/1.1 200 OK", "Content-Length: " + LARGE, "", ""));
                    out.write(request.body());
                });
                Bridge bridge = Bridge.between(legacy.url(), legacy.url()).open();
                RawClient client = bridge.client()) {
            client.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: " + LARGE + "\r\n\r\n")
                    .send(large);
            assertThat(Arrays.equals(client.answer().body(), large)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IO_URING")
    void requestsGoOverTlsAndHttp2(Transport transport) throws Exception {
        take(transport);
        Certificates certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        try (RawServer legacy = echo();
                Bridge bridge = Bridge.between(legacy.url(), legacy.url())
                        .tls(Certificates.spec(), folder)
                        .open()) {
            client = HttpClient.newBuilder()
                    .sslContext(certificates.context(Optional.empty()))
                    .build();
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create("https://localhost:"
                                        + bridge.gateway.address().port() + "/up"))
                                .version(version)
                                .POST(BodyPublishers.ofString("x".repeat(200_000)))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(answer.version()).isEqualTo(version);
                assertThat(answer.body()).hasSize(200_003);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IO_URING")
    void webSocketsGoThrough(Transport transport) throws Exception {
        take(transport);
        try (WebSocketService service = new WebSocketService("legacy", null);
                Bridge bridge = Bridge.between(service.url(), service.url()).open()) {
            CompletableFuture<String> heard = new CompletableFuture<>();
            WebSocket socket = client.newWebSocketBuilder()
                    .subprotocols("chat")
                    .buildAsync(
                            URI.create(
                                    "ws://localhost:" + bridge.gateway.address().port() + "/chat"),
                            new WebSocket.Listener() {
                                @Override
                                public @Nullable CompletionStage<?> onText(
                                        WebSocket from, CharSequence data, boolean last) {
                                    heard.complete(data.toString());
                                    return null;
                                }
                            })
                    .join();
            socket.sendText("hello", true).join();
            assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("legacy heard hello");
            socket.abort();
        }
    }
}
