package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.model.spec.GatewaySpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** At the bound of connections the next client waits in the kernel's queue, and is served once another has left. */
@ExtendWith(NoLeaks.class)
class BoundedAcceptTest {

    private static final int BOUND = 2;

    private final RawServer legacy = RawServer.saying(200, "ok");

    @AfterEach
    void close() {
        legacy.close();
    }

    private Bridge bridge() {
        Duration patience = Duration.ofSeconds(20);
        GatewaySpec usual = Bridge.Builder.bounds(64 * 1024, patience);
        GatewaySpec bounds = new GatewaySpec(
                usual.sideHeader(),
                usual.maxBodyKeptBytes(),
                usual.connectTimeout(),
                usual.idleTimeout(),
                usual.drain(),
                BOUND,
                usual.maxUpstreamConnections(),
                usual.entityQueue(),
                usual.entityWait(),
                usual.maxHeldWrites(),
                usual.maxUndelivered(),
                usual.deliveryConcurrency(),
                usual.keepDelivered());
        return Bridge.between(legacy.url(), legacy.url())
                .bounds(bounds)
                .timeout(patience)
                .open();
    }

    private static double connections(Bridge bridge) {
        return bridge.meters.get("bailey.client.connections").gauge().value();
    }

    @Test
    void theThirdOfTwoWaitsAndIsServedAfterOneLeaves() throws Exception {
        try (Bridge bridge = bridge();
                RawClient first = bridge.client();
                RawClient second = bridge.client()) {
            assertThat(first.get("/1").answer().status()).isEqualTo(200);
            assertThat(second.get("/2").answer().status()).isEqualTo(200);
            try (RawClient third = bridge.client()) {
                third.get("/3");
                await().during(Duration.ofMillis(300))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> legacy.requests().size() == 2 && connections(bridge) == BOUND);
                assertThat(second.get("/still").answer().status()).isEqualTo(200);
                first.close();
                assertThat(third.answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void whateverTheOrderInWhichClientsComeAndGoTheNextIsAccepted() throws Exception {
        try (Bridge bridge = bridge()) {
            AtomicInteger answered = new AtomicInteger();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    for (int n = 0; n < 200; n++) {
                        try (RawClient client = bridge.client()) {
                            answered.addAndGet(client.get("/a").answer().status() == 200 ? 1 : 0);
                        } catch (IOException notServed) {
                            return;
                        }
                    }
                }));
            }
            for (Thread client : clients) {
                client.join();
            }
            assertThat(answered).hasValue(8 * 200);
        }
    }
}
