package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.proxy.ServedExchange;
import dev.bailey.gateway.proxy.ShadowTap;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.Decision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class ShadowTapTest {

    private final List<ServedExchange> told = new CopyOnWriteArrayList<>();

    private final ShadowTap tap = new ShadowTap() {
        @Override
        public boolean wants(Decision decision) {
            return decision.comparesAnswers();
        }

        @Override
        public void served(ServedExchange exchange) {
            told.add(exchange);
            throw new IllegalStateException("a tap that fails");
        }
    };

    @Test
    void aWantedReadIsToldWithRequestAndAnswerAndATapThatFailsHurtsNobody() throws IOException {
        try (RawServer legacy = RawServer.saying(200, "answer");
                Bridge bridge = Bridge.between(legacy.url(), legacy.url())
                        .in(Phase.SHADOW_READ)
                        .shadow(tap)
                        .open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/orders/7?x=1").answer().text()).isEqualTo("answer");
            client.write("POST", "/search", "{\"q\":1}", "X-Account: acme");
            assertThat(client.answer().status()).isEqualTo(200);
            client.write("PUT", "/orders/7", "x").answer();
            client.get("/elsewhere").answer();
            await().until(() -> told.size() == 2);
        }
        ServedExchange read = told.getFirst();
        assertThat(read.servedBy()).isEqualTo(Side.LEGACY);
        assertThat(read.status()).isEqualTo(200);
        assertThat(new String(read.body(), StandardCharsets.UTF_8)).isEqualTo("answer");
        assertThat(read.truncated()).isFalse();
        assertThat(read.request().target()).isEqualTo("/orders/7?x=1");
        assertThat(new String(told.get(1).request().body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"q\":1}");
    }

    @Test
    void anAnswerAboveTheBoundIsToldAsTruncatedAndStillStreams() throws IOException {
        String large = "x".repeat(400_000);
        try (RawServer legacy = RawServer.saying(200, large);
                Bridge bridge = Bridge.between(legacy.url(), legacy.url())
                        .in(Phase.SHADOW_READ)
                        .shadow(tap)
                        .open();
                RawClient client = bridge.client()) {
            assertThat(client.get("/orders/7").answer().text()).isEqualTo(large);
            await().until(() -> told.size() == 1);
        }
        assertThat(told.getFirst().truncated()).isTrue();
    }
}
