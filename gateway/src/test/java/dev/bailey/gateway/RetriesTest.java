package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.model.spec.EjectSpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.RetrySpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reads that fail at one of two addresses are sent to the other: so often as the budget lets them, and within their own time. */
@ExtendWith(NoLeaks.class)
class RetriesTest {

    /** A second has so many retries in any case, and as many may have been saved up. */
    private static final int FLOOR = 3;

    private final CountDownLatch over = new CountDownLatch(1);
    private List<RawServer> servers = List.of();

    @AfterEach
    void close() {
        over.countDown();
        servers.forEach(RawServer::close);
    }

    private Bridge bridge(Duration timeout, RetrySpec retries, RawServer.Script script) {
        servers = List.of(RawServer.answering(script), RawServer.answering(script));
        HostPort[] at = servers.stream()
                .map(server -> new HostPort("127.0.0.1", server.url().getPort()))
                .toArray(HostPort[]::new);
        return Bridge.between(servers.getFirst().url(), servers.getFirst().url())
                .legacyService(service -> service.withReach(
                        ReachSpec.DEFAULTS.withAddresses(at).withEject(new EjectSpec(0, Duration.ofSeconds(1), 50))))
                .limits(new LimitsSpec(timeout, 100, 1_000, Duration.ofSeconds(5), Map.of()).withRetry(retries))
                .bounds(Bridge.Builder.patient())
                .open();
    }

    private long received() {
        return servers.stream().mapToLong(server -> server.requests().size()).sum();
    }

    private static double counted(Bridge bridge, String result) {
        return bridge.meters
                .get("bailey.retries")
                .tag("side", "legacy")
                .tag("result", result)
                .functionCounter()
                .count();
    }

    @Test
    void whenAllFailRetriesAddNoMoreThanTheirBudget() throws Exception {
        int reads = 400;
        try (Bridge bridge = bridge(Duration.ofSeconds(5), new RetrySpec(0.05, 3), (_, socket, _) -> socket.close());
                RawClient client = bridge.client()) {
            long begun = System.nanoTime();
            for (int i = 0; i < reads; i++) {
                assertThat(client.get("/orders/" + i).answer().status()).isEqualTo(502);
            }
            long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds() + 1;
            double sent = counted(bridge, "sent");
            assertThat(sent).isBetween(reads * 0.05, reads * 0.05 + FLOOR * (seconds + 1));
            assertThat(received()).isEqualTo(reads + (long) sent);
            assertThat(counted(bridge, "over-budget")).isPositive();
            assertThat(counted(bridge, "answered")).isZero();
        }
    }

    private void hang() {
        try {
            over.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aRetryHasNoMoreThanWhatIsLeftOfTheReadsTime() throws Exception {
        Duration timeout = Duration.ofMillis(900);
        AtomicInteger asked = new AtomicInteger();
        try (Bridge bridge = bridge(timeout, new RetrySpec(1, 3), (_, socket, _) -> {
                    if (asked.incrementAndGet() == 1) {
                        LockSupport.parkNanos(Duration.ofMillis(600).toNanos());
                        socket.close();
                    } else {
                        hang();
                    }
                });
                RawClient client = bridge.client()) {
            long begun = System.nanoTime();
            Answer answer = client.get("/orders/1").answer();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(answer.status()).isEqualTo(504);
            assertThat(took).isBetween(timeout, timeout.plusMillis(500));
            assertThat(counted(bridge, "sent")).isEqualTo(1);
            assertThat(counted(bridge, "no-time")).isEqualTo(1);
            assertThat(received()).isEqualTo(2);
        }
    }

    @Test
    void aReadWhoseTimeIsOverIsNotSentAgain() throws Exception {
        try (Bridge bridge = bridge(Duration.ofMillis(300), new RetrySpec(1, 3), (_, _, _) -> hang());
                RawClient client = bridge.client()) {
            assertThat(client.get("/orders/1").answer().status()).isEqualTo(504);
            assertThat(received()).isEqualTo(1);
            assertThat(counted(bridge, "sent")).isZero();
            assertThat(counted(bridge, "no-time")).isEqualTo(1);
        }
    }
}
