package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.IntakeSpec;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that takes its time gets 408, and no request of its own in the services' sight. */
@ExtendWith(NoLeaks.class)
class SlowClientTest {

    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration NEVER = Duration.ofMinutes(5);

    private final RawServer legacy = RawServer.saying(200, "ok");

    @AfterEach
    void close() {
        legacy.close();
    }

    private Bridge open(Duration head, Duration idle) {
        GatewaySpec bounds = Bridge.Builder.bounds(64 * 1024, idle).withIntake(new IntakeSpec(head, 0, 100, NEVER));
        return Bridge.between(legacy.url(), legacy.url()).bounds(bounds).open();
    }

    @Test
    void aHeadThatIsNotCompleteInTimeIs408() throws IOException {
        try (Bridge bridge = open(SOON, NEVER);
                RawClient client = bridge.client()) {
            Answer late = client.send("GET /a HTTP/1.1\r\nHost: h\r\nX-A").answer();
            assertThat(late.status()).isEqualTo(408);
            assertThat(late.header("Connection")).isEqualTo("close");
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(legacy.requests()).isEmpty();
    }

    @Test
    void soIsALaterOneOnTheSameConnection() throws IOException {
        try (Bridge bridge = open(SOON, NEVER);
                RawClient client = bridge.client()) {
            assertThat(client.get("/a").answer().status()).isEqualTo(200);
            client.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /c");
            assertThat(client.answer().text()).isEqualTo("ok");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(legacy.requests()).hasSize(2);
    }

    @Test
    void moreBytesOfAHeadBuyNoMoreTime() throws IOException {
        try (Bridge bridge = open(SOON, NEVER);
                RawClient client = bridge.client()) {
            client.send("GET /a HTTP/1.1\r\n");
            Thread drip = Thread.ofVirtual().start(() -> {
                try {
                    while (!Thread.interrupted()) {
                        client.send("X: y\r\n");
                        Thread.sleep(20);
                    }
                } catch (IOException | InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(client.answer().status()).isIn(408, 431);
            drip.interrupt();
        }
        assertThat(legacy.requests()).isEmpty();
    }

    @Test
    void aBodyThatStallsIs408AndNeverAWholeRequest() throws IOException {
        try (Bridge bridge = open(NEVER, SOON);
                RawClient client = bridge.client()) {
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(legacy.requests()).isEmpty();
    }

    @Test
    void aConnectionOnWhichNothingComesIsClosedWithoutAWord() throws IOException {
        try (Bridge bridge = open(NEVER, SOON);
                RawClient client = bridge.client()) {
            assertThat(client.isEnded()).isTrue();
        }
        try (Bridge bridge = open(NEVER, SOON);
                RawClient client = bridge.client()) {
            assertThat(client.get("/a").answer().status()).isEqualTo(200);
            assertThat(client.isEnded()).isTrue();
        }
    }
}
