package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.RawClient.Answer;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.write.Outcome;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A slice that has as many requests at a side as it may: the next goes elsewhere where it can, and is else refused at once. */
@ExtendWith(NoLeaks.class)
class FullBulkheadTest {

    private final CountDownLatch held = new CountDownLatch(1);
    private RawServer legacy;
    private RawServer modern;

    @BeforeEach
    void open() {
        legacy = answering("legacy");
        modern = answering("modern");
    }

    @AfterEach
    void close() {
        held.countDown();
        legacy.close();
        modern.close();
    }

    private RawServer answering(String name) {
        return RawServer.answering((request, _, out) -> {
            if (request.line().contains("/orders/held")) {
                try {
                    held.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
            out.write(RawServer.response(200, name));
        });
    }

    private Bridge bridge(Phase phase, Ramp ramp, Map<Side, Integer> concurrency) {
        return Bridge.between(legacy.url(), modern.url())
                .in(phase)
                .ramp(ramp)
                .limits(LimitsSpec.DEFAULTS.withConcurrency(concurrency))
                .bounds(Bridge.Builder.patient())
                .open();
    }

    private static double refused(Bridge bridge, Side side) {
        return bridge.meters
                .get("bailey.bulkhead.refused")
                .tag("side", side.label())
                .tag("slice", "orders")
                .functionCounter()
                .count();
    }

    @Test
    void aReadThatModernHasNoRoomForIsAnsweredByLegacy() throws Exception {
        try (Bridge bridge = bridge(Phase.READ_CUTOVER, Ramp.FULL, Map.of(Side.MODERN, 1));
                RawClient first = bridge.client();
                RawClient second = bridge.client()) {
            first.get("/orders/held");
            await().until(() -> modern.requests().size() == 1);
            for (int i = 0; i < 3; i++) {
                Answer answer = second.get("/orders/2").answer();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("X-Bailey-Side")).isEqualTo("legacy");
            }
            assertThat(refused(bridge, Side.MODERN)).isEqualTo(3);
            assertThat(bridge.gateway.takeInterval(Bridge.ORDERS).fallbacks()).isEqualTo(3);
            held.countDown();
            assertThat(first.answer().text()).isEqualTo("modern");
            assertThat(second.get("/orders/2").answer().text()).isEqualTo("modern");
        }
    }

    @Test
    void aReadThatLegacyHasNoRoomForIsRefusedAndOthersGoOn() throws Exception {
        try (Bridge bridge = bridge(Phase.LEGACY_ONLY, Ramp.NONE, Map.of(Side.LEGACY, 1));
                RawClient first = bridge.client();
                RawClient second = bridge.client()) {
            first.get("/orders/held");
            await().until(() -> legacy.requests().size() == 1);
            Answer full = second.get("/orders/2").answer();
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.header("Retry-After")).isEqualTo("1");
            assertThat(full.text()).contains("too many requests at once to legacy");
            assertThat(second.get("/elsewhere").answer().text())
                    .as("what is not of the slice")
                    .isEqualTo("legacy");
            assertThat(legacy.requests()).noneMatch(request -> request.line().contains("/orders/2"));
            held.countDown();
            assertThat(first.answer().text()).isEqualTo("legacy");
            assertThat(refused(bridge, Side.LEGACY)).isEqualTo(1);
            assertThat(second.get("/orders/2").answer().text()).isEqualTo("legacy");
        }
    }

    /** Both sides are full: legacy's bulkhead holds for what falls back too. */
    @Test
    void aReadThatNeitherSideHasRoomForIsRefused() throws Exception {
        Map<Side, Integer> one = Map.of(Side.MODERN, 1, Side.LEGACY, 1);
        try (Bridge bridge = bridge(Phase.READ_CUTOVER, Ramp.FULL, one);
                RawClient first = bridge.client();
                RawClient second = bridge.client();
                RawClient third = bridge.client()) {
            first.get("/orders/held");
            await().until(() -> modern.requests().size() == 1);
            second.get("/orders/held");
            await().until(() -> legacy.requests().size() == 1);
            Answer full = third.get("/orders/3").answer();
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.text()).contains("too many requests at once to legacy");
            held.countDown();
            assertThat(first.answer().text()).isEqualTo("modern");
            assertThat(second.answer().text()).isEqualTo("legacy");
            assertThat(third.get("/orders/3").answer().text()).isEqualTo("modern");
        }
    }

    @Test
    void aWriteThatItsAuthorityHasNoRoomForIsRefusedAndKnownNotToBeDone() throws Exception {
        try (Bridge bridge = bridge(Phase.DUAL_WRITE, Ramp.NONE, Map.of(Side.LEGACY, 1));
                RawClient first = bridge.client();
                RawClient second = bridge.client()) {
            first.write("PUT", "/orders/held", "{}");
            await().until(() -> legacy.requests().size() == 1);
            Answer full = second.write("PUT", "/orders/2", "{}").answer();
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.header("Retry-After")).isEqualTo("1");
            assertThat(full.text()).contains("too many requests at once to legacy");
            assertThat(bridge.writes.outcomes).singleElement().isInstanceOf(Outcome.Rejected.class);
            assertThat(legacy.requests()).hasSize(1);
            assertThat(modern.requests()).isEmpty();
            held.countDown();
            assertThat(first.answer().status()).isEqualTo(200);
            assertThat(second.write("PUT", "/orders/2", "{}").answer().status()).isEqualTo(200);
            assertThat(bridge.writes.outcomes).hasSize(3);
        }
    }
}
