package dev.bailey.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.RawHttp2.Frame;
import dev.bailey.model.spec.Http2Spec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of HTTP/2 that ask for more work than they do: their connection ends, the others are served on. */
@ExtendWith(NoLeaks.class)
class Http2FloodTest {

    private static final int ENHANCE_YOUR_CALM = 11;

    private final CountDownLatch held = new CountDownLatch(1);
    private RawServer legacy;
    private Bridge bridge;
    private RawClient other;

    @BeforeEach
    void open() throws IOException {
        legacy = RawServer.answering((request, _, out) -> {
            if (request.line().contains("/held")) {
                try {
                    held.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
            out.write(RawServer.response(200, "ok"));
        });
        bridge = Bridge.between(legacy.url(), legacy.url()).open();
        other = bridge.client();
    }

    /** Whatever happened: another connection is served, and nothing stays under way. */
    @AfterEach
    void close() throws IOException {
        held.countDown();
        assertThat(other.get("/fine").answer().status()).isEqualTo(200);
        other.close();
        await().until(() -> bridge.meters.get("bailey.in.flight").gauge().value() == 0);
        bridge.close();
        legacy.close();
    }

    /** Writes until the connection is closed on us. */
    private static void flood(RawHttp2 client, byte[] frames) {
        try {
            for (int i = 0; i < 10_000; i++) {
                client.raw(frames);
            }
        } catch (IOException closed) {
            // as it should be
        }
    }

    /** The connection ends; that GOAWAY says why can be lost where bytes were still on their way to a closed socket. */
    private static void endsWith(RawHttp2 client, int error) throws IOException {
        Frame last = client.await(RawHttp2.GOAWAY);
        if (last != null) {
            assertThat(last.error()).isEqualTo(error);
        }
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void cancelledRequestsAreBoundedEachSecond() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int stream = 1; stream < 1_000; stream += 2) {
                frames.writeBytes(RawHttp2.framed(
                        RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, RawHttp2.get("/held")));
                frames.writeBytes(RawHttp2.framed(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
            }
            client.raw(frames.toByteArray());
            endsWith(client, ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void goAwaySaysWhyAndEarlierRequestsOfOthersGoOn() throws Exception {
        try (Bridge strict = Bridge.between(legacy.url(), legacy.url())
                        .bounds(Bridge.Builder.bounds(1024, Duration.ofSeconds(10))
                                .withHttp2(new Http2Spec(128, 32 << 10, 5, 64 << 10)))
                        .open();
                RawHttp2 neighbour = new RawHttp2(strict.gateway.address());
                RawHttp2 client = new RawHttp2(strict.gateway.address())) {
            neighbour.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, RawHttp2.get("/held"));
            await().until(() -> legacy.requests().size() == 1);
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int stream = 1; stream < 13; stream += 2) {
                frames.writeBytes(RawHttp2.framed(
                        RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, RawHttp2.get("/held")));
                frames.writeBytes(RawHttp2.framed(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
            }
            assertThat(requireNonNull(client.await(RawHttp2.SETTINGS)).flags()).isZero();
            assertThat(requireNonNull(client.await(RawHttp2.SETTINGS)).flags()).isEqualTo(RawHttp2.ACK);
            client.raw(frames.toByteArray());
            assertThat(requireNonNull(client.await(RawHttp2.GOAWAY)).error()).isEqualTo(ENHANCE_YOUR_CALM);
            held.countDown();
            assertThat(requireNonNull(neighbour.await(RawHttp2.DATA)).stream()).isEqualTo(1);
        }
    }

    @Test
    void requestsThatMakeUsResetAreBoundedEachSecond() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int stream = 1; stream < 1_000; stream += 2) {
                frames.writeBytes(RawHttp2.framed(
                        RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, RawHttp2.get("/held")));
                frames.writeBytes(RawHttp2.framed(RawHttp2.WINDOW_UPDATE, 0, stream, new byte[4])); // an error
            }
            client.raw(frames.toByteArray());
            endsWith(client, ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void requestsOverTheBoundAreRefused() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            for (int i = 0; i < 129; i++) {
                client.frame(
                        RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1 + 2 * i, RawHttp2.get("/held"));
            }
            Frame refused = requireNonNull(client.await(RawHttp2.RST_STREAM));
            assertThat(refused.stream()).isEqualTo(257);
            assertThat(refused.error()).isEqualTo(7);
        }
    }

    @Test
    void endlessContinuationsEndTheConnection() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.get("/held"));
            flood(client, RawHttp2.framed(RawHttp2.CONTINUATION, 0, 1, RawHttp2.fields("x", "y")));
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(legacy.requests()).isEmpty();
    }

    @Test
    void emptyContinuationsEndTheConnection() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.get("/held"));
            flood(client, RawHttp2.framed(RawHttp2.CONTINUATION, 0, 1, new byte[0]));
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void headersOverTheBoundAreRefused() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            block.writeBytes(RawHttp2.get("/large"));
            for (int i = 0; i < 17; i++) {
                block.writeBytes(RawHttp2.fields("x-" + i, "v".repeat(2_000)));
            }
            byte[] bytes = block.toByteArray();
            client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, java.util.Arrays.copyOf(bytes, 16_000));
            client.frame(RawHttp2.CONTINUATION, 0, 1, java.util.Arrays.copyOfRange(bytes, 16_000, 32_000));
            client.frame(
                    RawHttp2.CONTINUATION,
                    RawHttp2.END_HEADERS,
                    1,
                    java.util.Arrays.copyOfRange(bytes, 32_000, bytes.length));
            Frame answer = requireNonNull(client.await(RawHttp2.HEADERS));
            assertThat(new String(answer.payload(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .contains("431");
        }
        assertThat(legacy.requests()).isEmpty();
    }

    @Test
    void pingsAndSettingsAreBoundedEachSecond() throws Exception {
        for (byte[] frame : new byte[][] {
            RawHttp2.framed(RawHttp2.PING, 0, 0, new byte[8]),
            RawHttp2.framed(RawHttp2.SETTINGS, 0, 0, new byte[0]),
            RawHttp2.framed(2, 0, 1, new byte[] {0, 0, 0, 0, 1})
        }) {
            try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
                ByteArrayOutputStream frames = new ByteArrayOutputStream();
                for (int i = 0; i < 1_100; i++) {
                    frames.writeBytes(frame);
                }
                client.raw(frames.toByteArray());
                endsWith(client, ENHANCE_YOUR_CALM);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void windowUpdatesThatNothingSentCallsForAreBoundedEachSecond(int stream) throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, RawHttp2.get("/held"));
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < 1_100; i++) {
                frames.writeBytes(RawHttp2.framed(RawHttp2.WINDOW_UPDATE, 0, stream, new byte[] {0, 0, 0, 1}));
            }
            client.raw(frames.toByteArray());
            endsWith(client, ENHANCE_YOUR_CALM);
        }
    }

    /** The least economical of honest clients: both windows opened anew for every frame, however small. */
    @Test
    void windowUpdatesForWhatWasSentAreNoFlood() throws Exception {
        int at = 100;
        ByteArrayOutputStream updates = new ByteArrayOutputStream();
        for (int i = 0; i < 2 * at; i++) {
            updates.writeBytes(RawHttp2.framed(RawHttp2.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 2}));
        }
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            for (int round = 0; round < 12; round++) {
                ByteArrayOutputStream frames = new ByteArrayOutputStream();
                for (int i = 0; i < at; i++) {
                    frames.writeBytes(RawHttp2.framed(
                            RawHttp2.HEADERS,
                            RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                            1 + 2 * (round * at + i),
                            RawHttp2.get("/fine")));
                }
                client.raw(frames.toByteArray());
                for (int i = 0; i < at; i++) {
                    assertThat(client.await(RawHttp2.DATA))
                            .as("round %d", round)
                            .isNotNull();
                }
                client.raw(updates.toByteArray());
            }
        }
    }

    /** Two bytes of HPACK for two thousand of a field: what counts is what they unfold to. */
    @Test
    void fieldsThatUnfoldBeyondTheBoundAreRefused() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            block.writeBytes(RawHttp2.get("/bomb"));
            byte[] field = RawHttp2.fields("x-bomb", "v".repeat(2_000));
            field[0] = 0x40; // kept in the table as its newest, 62
            block.writeBytes(field);
            for (int i = 0; i < 2_000; i++) {
                block.write(0x80 | 62);
            }
            client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, block.toByteArray());
            Frame answer = requireNonNull(client.await(RawHttp2.HEADERS));
            assertThat(new String(answer.payload(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .contains("431");
        }
        assertThat(legacy.requests()).isEmpty();
    }

    @Test
    void emptyPiecesOfABodyEndTheConnection() throws Exception {
        try (RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            client.headers(
                    1, false, ":method", "POST", ":scheme", "http", ":authority", "a.example", ":path", "/other");
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < 100; i++) {
                frames.writeBytes(RawHttp2.framed(RawHttp2.DATA, 0, 1, new byte[0]));
            }
            client.raw(frames.toByteArray());
            endsWith(client, ENHANCE_YOUR_CALM);
        } catch (SocketException reset) {
            assertThat(reset).isNotNull();
        }
    }

    @Test
    void connectionThatSaysNothingEnds() throws Exception {
        try (Bridge quick = Bridge.between(legacy.url(), legacy.url())
                        .bounds(Bridge.Builder.bounds(1024, Duration.ofMillis(300)))
                        .open();
                RawHttp2 client = new RawHttp2(quick.gateway.address())) {
            assertThat(requireNonNull(client.await(RawHttp2.GOAWAY)).error()).isZero();
            assertThat(client.isEnded()).isTrue();
        }
    }
}
