package dev.bailey.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.gateway.RawHttp2.Frame;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.IntakeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A body that drips is given up, though no pause in it is long; one that comes fast enough may take as long. */
@ExtendWith(NoLeaks.class)
class SlowBodyTest {

    private static final int MIN_BYTES_PER_SECOND = 1_000;
    private static final Duration NEVER = Duration.ofMinutes(5);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_DROPS = Duration.ofMillis(50);

    /** Sends the next piece of a body. */
    private interface Drop {
        void send() throws IOException;
    }

    private static CompletableFuture<Void> drip(CountDownLatch until, Drop drop) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        do {
                            drop.send();
                        } while (!until.await(BETWEEN_DROPS.toMillis(), TimeUnit.MILLISECONDS));
                    } catch (IOException closed) {
                        // the gateway gave it up
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                },
                Thread::startVirtualThread);
    }

    private static String chunk(int bytes) {
        return Integer.toHexString(bytes) + "\r\n" + "x".repeat(bytes) + "\r\n";
    }

    private static RawHttp2 upload(Bridge bridge, String path) throws IOException {
        return new RawHttp2(bridge.gateway.address())
                .headers(1, false, ":method", "POST", ":scheme", "http", ":authority", "h", ":path", path);
    }

    private static Frame data(RawHttp2 client) throws IOException {
        return requireNonNull(client.await(RawHttp2.DATA), "the connection ended without an answer");
    }

    /** All four at once, because what is shown takes its time. */
    @Test
    void aBodyThatDripsIsGivenUpAndOneThatFlowsIsNot() throws Exception {
        GatewaySpec bounds = Bridge.Builder.bounds(64 * 1024, NEVER)
                .withIntake(new IntakeSpec(NEVER, MIN_BYTES_PER_SECOND, GRACE, 100, NEVER));
        CountDownLatch ended = new CountDownLatch(1);
        try (RawServer legacy = RawServer.saying(200, "ok");
                Bridge bridge = Bridge.between(legacy.url(), legacy.url())
                        .bounds(bounds)
                        .timeout(NEVER)
                        .open();
                RawClient dripping = bridge.client();
                RawClient flowing = bridge.client();
                RawHttp2 dripping2 = upload(bridge, "/drip2");
                RawHttp2 flowing2 = upload(bridge, "/flow2")) {
            dripping.send("POST /drip HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            flowing.send("POST /flow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] drop = new byte[1];
            byte[] gush = new byte[MIN_BYTES_PER_SECOND];
            drip(ended, () -> dripping.send(chunk(drop.length)));
            drip(ended, () -> dripping2.frame(RawHttp2.DATA, 0, 1, drop));
            CompletableFuture<Void> flow = drip(ended, () -> flowing.send(chunk(gush.length)));
            CompletableFuture<Void> flow2 = drip(ended, () -> flowing2.frame(RawHttp2.DATA, 0, 1, gush));

            Answer late = dripping.answer();
            assertThat(late.status()).isEqualTo(408);
            assertThat(late.header("Connection")).isEqualTo("close");
            assertThat(new String(data(dripping2).payload(), StandardCharsets.UTF_8))
                    .contains("the request did not arrive in time");

            ended.countDown();
            flow.get();
            flow2.get();
            assertThat(flowing.send("0\r\n\r\n").answer().text()).isEqualTo("ok");
            flowing2.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, drop);
            assertThat(new String(data(flowing2).payload(), StandardCharsets.UTF_8))
                    .isEqualTo("ok");
            assertThat(legacy.requests())
                    .extracting(RawServer.Request::line)
                    .containsExactlyInAnyOrder("POST /flow HTTP/1.1", "POST /flow2 HTTP/1.1");
        }
    }
}
