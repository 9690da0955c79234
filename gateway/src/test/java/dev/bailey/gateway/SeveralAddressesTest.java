package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.spec.CheckSpec;
import dev.bailey.model.spec.EjectSpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.RetrySpec;
import dev.bailey.model.spec.ServiceSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One side with three addresses, of which some do not do well. */
@ExtendWith(NoLeaks.class)
class SeveralAddressesTest {

    private static final CheckSpec UNCHECKED = new CheckSpec(Duration.ZERO, Duration.ofSeconds(1), 1, 1);
    private static final CheckSpec CHECKED = new CheckSpec(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 2);
    private static final EjectSpec EJECTED = new EjectSpec(3, Duration.ofMillis(300), 50);
    private static final EjectSpec KEPT = new EjectSpec(0, Duration.ofSeconds(1), 50);

    private final List<RawServer> servers = new ArrayList<>();

    private RawServer serving(RawServer.Script script) {
        RawServer server = RawServer.answering(script);
        servers.add(server);
        return server;
    }

    private RawServer well() {
        return serving((_, _, out) -> out.write(RawServer.response(200, "well")));
    }

    @AfterEach
    void close() {
        servers.forEach(RawServer::close);
    }

    private Bridge.Builder behind(CheckSpec check, EjectSpec eject) {
        HostPort[] at = servers.stream()
                .map(server -> new HostPort("127.0.0.1", server.url().getPort()))
                .toArray(HostPort[]::new);
        return Bridge.between(servers.getFirst().url(), servers.getFirst().url())
                .legacyService(service -> checkedAt("/health", service)
                        .withReach(ReachSpec.DEFAULTS
                                .withAddresses(at)
                                .withCheck(check)
                                .withEject(eject)));
    }

    private static ServiceSpec checkedAt(String health, ServiceSpec service) {
        return new ServiceSpec(service.url(), Optional.of(health), service.code(), service.contract());
    }

    private static List<RawServer.Request> orders(RawServer server) {
        return server.requests().stream()
                .filter(request -> request.line().contains("/orders"))
                .toList();
    }

    /** Clients that read, one request after the other, until told to stop. */
    private static final class Readers implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicInteger well = new AtomicInteger();
        private final ConcurrentLinkedQueue<String> badly = new ConcurrentLinkedQueue<>();

        Readers(Bridge bridge, int count) {
            for (int i = 0; i < count; i++) {
                threads.add(Thread.ofVirtual().start(() -> read(bridge)));
            }
        }

        private void read(Bridge bridge) {
            try (RawClient client = bridge.client()) {
                while (!stop.get()) {
                    Answer answer = client.get("/orders/1").answer();
                    if (answer.status() == 200) {
                        well.incrementAndGet();
                    } else {
                        badly.add(answer.head() + answer.text());
                    }
                }
            } catch (IOException cut) {
                badly.add(cut.toString());
            }
        }

        void answered(int more) {
            int until = well.get() + more;
            Awaitility.await().until(() -> well.get() >= until || !badly.isEmpty());
        }

        @Override
        public void close() {
            stop.set(true);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Test
    void noReadFailsWhenOneOfThreeDiesAndItIsAskedAgainWhenItIsBack() throws IOException {
        well();
        RawServer dying = well();
        well();
        try (Bridge bridge = behind(UNCHECKED, EJECTED).open();
                Readers readers = new Readers(bridge, 4)) {
            readers.answered(300);
            assertThat(servers).allSatisfy(server -> assertThat(orders(server)).isNotEmpty());

            int port = dying.url().getPort();
            dying.close();
            readers.answered(500);
            Awaitility.await().until(() -> ejections(bridge) > 0);
            readers.answered(500);
            assertThat(bridge.meters.scrape())
                    .containsPattern(
                            "bailey_retries_total\\{result=\"answered\",side=\"legacy\",slice=\"orders\"} [1-9]");

            try (RawServer back = RawServer.on(port, (_, _, out) -> out.write(RawServer.response(200, "well again")))) {
                Awaitility.await().until(() -> orders(back).size() > 10);
                readers.close();
            }
            assertThat(readers.badly).isEmpty();
        }
    }

    @Test
    void anAddressThatHangsHoldsNoMoreThanItsShareAndTheOthersServe() {
        CountDownLatch end = new CountDownLatch(1);
        RawServer hanging = serving((_, _, out) -> {
            await(end);
            out.write(RawServer.response(200, "at last"));
        });
        well();
        well();
        try (Bridge bridge =
                        behind(UNCHECKED, KEPT).timeout(Duration.ofMinutes(1)).open();
                Readers readers = new Readers(bridge, 8)) {
            readers.answered(2_000);
            assertThat(orders(hanging)).hasSizeBetween(1, 4);
            end.countDown();
            readers.close();
            assertThat(readers.badly).isEmpty();
        }
    }

    @Test
    void anAddressThatFailsItsHealthCheckIsNotAskedUntilItPassesAgain() throws IOException {
        AtomicBoolean sick = new AtomicBoolean(true);
        RawServer checked = serving((request, _, out) ->
                out.write(RawServer.response(request.line().contains("/health") && sick.get() ? 503 : 200, "well")));
        well();
        well();
        try (Bridge bridge = behind(CHECKED, KEPT).open();
                RawClient client = bridge.client()) {
            awaitUnhealthy(bridge, 1);
            int before = orders(checked).size();
            for (int i = 0; i < 100; i++) {
                assertThat(client.get("/orders/1").answer().status()).isEqualTo(200);
            }
            assertThat(orders(checked)).hasSize(before);
            assertThat(bridge.meters.scrape())
                    .containsPattern("bailey_upstream_checks_total\\{result=\"unhealthy\",side=\"legacy\"} [1-9]");
            sick.set(false);
            awaitUnhealthy(bridge, 0);
            for (int i = 0; i < 100; i++) {
                client.get("/orders/1").answer();
            }
            assertThat(orders(checked).size()).isGreaterThan(before);
        }
    }

    @Test
    void whenAllFailTheirHealthCheckAllAreAsked() throws IOException {
        for (int i = 0; i < 3; i++) {
            serving((request, _, out) ->
                    out.write(RawServer.response(request.line().contains("/health") ? 503 : 200, "well")));
        }
        try (Bridge bridge = behind(CHECKED, KEPT).open();
                RawClient client = bridge.client()) {
            awaitUnhealthy(bridge, 3);
            for (int i = 0; i < 60; i++) {
                assertThat(client.get("/orders/1").answer().status()).isEqualTo(200);
            }
            assertThat(servers).allSatisfy(server -> assertThat(orders(server)).isNotEmpty());
            assertThat(bridge.meters.scrape()).contains("bailey_upstream_panic{side=\"legacy\"} 1.0");
        }
    }

    private static double ejections(Bridge bridge) {
        return bridge.meters
                .get("bailey.upstream.ejections")
                .tag("side", "legacy")
                .functionCounter()
                .count();
    }

    private static void awaitUnhealthy(Bridge bridge, int count) {
        Awaitility.await()
                .until(() -> bridge.meters
                        .scrape()
                        .contains("bailey_upstream_addresses{side=\"legacy\",state=\"unhealthy\"} " + count + ".0"));
    }

    @Test
    void aWriteThatNoAddressTookGoesToAnotherOnce() throws IOException {
        well();
        RawServer refusing = well();
        well();
        refusing.close();
        try (Bridge bridge = behind(UNCHECKED, KEPT)
                        .limits(LimitsSpec.DEFAULTS.withRetry(new RetrySpec(1, 1)))
                        .open();
                RawClient client = bridge.client()) {
            for (int i = 0; i < 60; i++) {
                assertThat(client.write("PUT", "/orders/" + i, "x").answer().status())
                        .as("write %d", i)
                        .isEqualTo(200);
                assertThat(client.request("PUT /orders/s" + i + " HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
                                .send("1\r\nx\r\n0\r\n\r\n")
                                .answer()
                                .status())
                        .as("streamed write %d", i)
                        .isEqualTo(200);
            }
            for (int i = 0; i < 60; i++) {
                assertThat(received("/orders/" + i + " ")).as("write %d", i).hasSize(1);
                assertThat(received("/orders/s" + i + " "))
                        .allSatisfy(request -> assertThat(request.text()).isEqualTo("x"));
            }
        }
    }

    @Test
    void aWriteThatWasSentIsNeverSentAgain() throws IOException {
        for (int i = 0; i < 3; i++) {
            serving((_, socket, _) -> socket.close());
        }
        try (Bridge bridge = behind(UNCHECKED, KEPT)
                        .in(Phase.DUAL_WRITE) // so that bodies are held whole
                        .limits(new LimitsSpec(Duration.ofSeconds(5), 100, 1_000, Duration.ofSeconds(5), Map.of())
                                .withRetry(new RetrySpec(1, 3)))
                        .open();
                RawClient client = bridge.client()) {
            for (int i = 0; i < 30; i++) {
                assertThat(client.write("PUT", "/orders/" + i, "x").answer().status())
                        .isEqualTo(502);
                assertThat(received("/orders/" + i + " ")).hasSize(1);
                client.request("DELETE /orders/d" + i + " HTTP/1.1", "Host: a").answer();
                assertThat(received("/orders/d" + i + " ")).hasSize(1);
            }
            assertThat(client.get("/orders/read").answer().status()).isEqualTo(502);
            assertThat(received("/orders/read ")).as("a read is").hasSize(4);
        }
    }

    private List<RawServer.Request> received(String target) {
        return servers.stream()
                .flatMap(server -> server.requests().stream())
                .filter(request -> request.line().contains(target))
                .toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
