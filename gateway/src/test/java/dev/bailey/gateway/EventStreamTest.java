package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams of events (server-sent events) over both versions of HTTP. */
@ExtendWith(NoLeaks.class)
class EventStreamTest {

    @TempDir
    Path folder;

    private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    private RawServer legacy;
    private Bridge bridge;
    private Certificates certificates;

    @BeforeEach
    void open() throws Exception {
        legacy = RawServer.answering((_, socket, out) -> {
            out.write(RawServer.lines(
                    "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked", "", ""));
            out.flush();
            try {
                for (String event = events.take(); !event.isEmpty(); event = events.take()) {
                    String text = "data: " + event + "\n\n";
                    out.write((Integer.toHexString(text.length()) + "\r\n" + text + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            socket.close();
        });
        certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        bridge = Bridge.between(legacy.url(), legacy.url())
                .bounds(Bridge.Builder.bounds(1024, Duration.ofMillis(400)))
                .tls(Certificates.spec(), folder)
                .open();
    }

    @AfterEach
    void close() {
        events.add("");
        bridge.close();
        legacy.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void eventsComeAtOnceAndMayBeFarApart(HttpClient.Version version) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .version(version)
                .sslContext(certificates.context(Optional.empty()))
                .build()) {
            HttpResponse<java.io.InputStream> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:"
                                    + bridge.gateway.address().port() + "/events"))
                            .build(),
                    BodyHandlers.ofInputStream());
            assertThat(answer.version()).isEqualTo(version);
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < 3; i++) {
                    events.add("n" + i);
                    // Nothing follows the event, and still it is here.
                    assertThat(CompletableFuture.supplyAsync(() -> line(reader)).get())
                            .isEqualTo("data: n" + i);
                    assertThat(line(reader)).isEmpty();
                }
                Thread.sleep(1_000); // more than twice the idle timeout: what is shown is that nothing happens
                events.add("late");
                assertThat(line(reader)).isEqualTo("data: late");
            }
            client.shutdownNow();
        }
    }

    private static String line(BufferedReader reader) {
        try {
            return String.valueOf(reader.readLine());
        } catch (java.io.IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    @Test
    void streamEndsAtTheServiceWhenItsClientLeaves() throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(certificates.context(Optional.empty()))
                .build()) {
            HttpResponse<java.io.InputStream> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:"
                                    + bridge.gateway.address().port() + "/events"))
                            .build(),
                    BodyHandlers.ofInputStream());
            answer.body().close();
            org.awaitility.Awaitility.await()
                    .until(() -> bridge.meters.get("bailey.in.flight").gauge().value() == 0);
            client.shutdownNow();
        }
    }
}
