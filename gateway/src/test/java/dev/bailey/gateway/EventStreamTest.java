package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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

    /** Of idle clients, and of a request of the slice: streams outlive both. A drain does not wait for either. */
    private static final Duration SHORT = Duration.ofMillis(400);

    /** What blocks must not keep others waiting, as it would in the pool that all share. */
    private static final Executor OWN_THREADS = Thread::startVirtualThread;

    @TempDir
    Path folder;

    private final List<HttpClient> clients = new ArrayList<>();
    private EventService legacy;
    private EventService modern;
    private Certificates certificates;

    @BeforeEach
    void open() throws Exception {
        legacy = new EventService("legacy");
        modern = new EventService("modern");
        certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
    }

    @AfterEach
    void close() {
        clients.forEach(HttpClient::shutdownNow);
        legacy.close();
        modern.close();
    }

    private Bridge bridge(Phase phase, Ramp ramp) {
        return bridge(phase, ramp, SHORT);
    }

    private Bridge bridge(Phase phase, Ramp ramp, Duration idle) {
        return Bridge.between(legacy.url(), modern.url())
                .in(phase)
                .ramp(ramp)
                .timeout(SHORT)
                .bounds(Bridge.Builder.bounds(1024, idle))
                .tls(Certificates.spec(), folder)
                .open();
    }

    /** A stream that is listened to. */
    private record Listener(HttpResponse<InputStream> answer, BufferedReader lines) {
        /** The next event; {@code null} spelled out at the end of the stream, {@code cut} where it broke off. */
        String next() throws Exception {
            return CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    String event = String.valueOf(lines.readLine());
                                    if (event.startsWith("data: ")) {
                                        assertThat(lines.readLine()).isEmpty();
                                    }
                                    return event;
                                } catch (IOException broken) {
                                    return "cut";
                                }
                            },
                            OWN_THREADS)
                    .get(10, TimeUnit.SECONDS);
        }
    }

    private Listener listen(HttpClient.Version version, Bridge bridge, String path) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .version(version)
                .sslContext(certificates.context(Optional.empty()))
                .build();
        clients.add(client);
        HttpResponse<InputStream> answer = client.send(
                HttpRequest.newBuilder(URI.create(
                                "https://localhost:" + bridge.gateway.address().port() + path))
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(answer.version()).isEqualTo(version);
        return new Listener(answer, new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void eventsComeAtOnceAndMayBeFarApart(HttpClient.Version version) throws Exception {
        try (Bridge bridge = bridge(Phase.LEGACY_ONLY, Ramp.NONE)) {
            Listener listener = listen(version, bridge, "/events");
            for (int i = 0; i < 3; i++) {
                legacy.say("n" + i);
                // Nothing follows the event, and still it is here.
                assertThat(listener.next()).isEqualTo("data: legacy n" + i);
            }
            Thread.sleep(1_000); // more than twice the idle timeout: what is shown is that nothing happens
            legacy.say("late");
            assertThat(listener.next()).isEqualTo("data: legacy late");
        }
    }

    @Test
    void streamEndsAtTheServiceWhenItsClientLeaves() throws Exception {
        try (Bridge bridge = bridge(Phase.LEGACY_ONLY, Ramp.NONE)) {
            listen(HttpClient.Version.HTTP_2, bridge, "/events").answer().body().close();
            await().until(() -> bridge.meters.get("bailey.in.flight").gauge().value() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void streamsStayAtTheirSideWhenTheSliceMoves(HttpClient.Version version) throws Exception {
        try (Bridge bridge = bridge(Phase.READ_CUTOVER, Ramp.FULL)) {
            Listener first = listen(version, bridge, "/orders/7");
            modern.say("before");
            assertThat(first.next()).isEqualTo("data: modern before");
            bridge.move(Phase.LEGACY_ONLY, Ramp.NONE);
            Listener second = listen(version, bridge, "/orders/7");
            legacy.say("after");
            modern.say("after");
            assertThat(second.next()).isEqualTo("data: legacy after");
            assertThat(first.next()).isEqualTo("data: modern after");
            assertThat(first.answer().headers().firstValue("x-bailey-side")).contains("modern");
            assertThat(second.answer().headers().firstValue("x-bailey-side")).contains("legacy");
            assertThat(modern.streams()).isEqualTo(1);
        }
    }

    private static CompletableFuture<Boolean> drain(Bridge bridge, Duration atMost) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return bridge.gateway.drain(atMost);
                    } catch (InterruptedException stopped) {
                        throw new IllegalStateException(stopped);
                    }
                },
                OWN_THREADS);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void drainingKeepsStreamsUntilTheirEnd(HttpClient.Version version) throws Exception {
        try (Bridge bridge = bridge(Phase.READ_CUTOVER, Ramp.FULL, Duration.ofMinutes(1))) {
            Listener listener = listen(version, bridge, "/orders/7");
            CompletableFuture<Boolean> drained = drain(bridge, Duration.ofSeconds(20));
            await().during(Duration.ofMillis(1_200)) // longer than idle connections are left
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !drained.isDone());
            modern.say("late");
            assertThat(listener.next()).isEqualTo("data: modern late");
            modern.end();
            assertThat(listener.next()).isEqualTo("null");
            assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void streamsThatGoOnEndWhenTheGatewayDoes(HttpClient.Version version) throws Exception {
        try (Bridge bridge = bridge(Phase.READ_CUTOVER, Ramp.FULL)) {
            Listener listener = listen(version, bridge, "/orders/7");
            assertThat(drain(bridge, Duration.ofMillis(600)).get(10, TimeUnit.SECONDS))
                    .isFalse();
            modern.say("at the limit");
            assertThat(listener.next()).isEqualTo("data: modern at the limit");
            bridge.close();
            assertThat(listener.next()).isEqualTo("cut");
        }
    }
}
